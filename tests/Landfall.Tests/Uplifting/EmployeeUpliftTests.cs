using Landfall.Contracts;
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;
using Landfall.Local.Bloomreach;
using Landfall.Tests.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Uplifting;

/// <summary>The function: which contract a tick means, what it asks for, and what Bloomreach is told.</summary>
public sealed class EmployeeUpliftTests : IAsyncLifetime
{
    private readonly StandIn _bloomreach = new(120, TimeProvider.System);
    private UpliftWorld _world = null!;
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        _world = await UpliftWorld.CreateAsync(UpliftWorld.Contract.Replace("topic: ships", "topic: ships, export: bloomreach", StringComparison.Ordinal)
            .Replace("name: id, logicalType: string, primaryKey: true", "name: id, logicalType: string, primaryKey: true, transformSourceObjects: [ registered ]", StringComparison.Ordinal));
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _bloomreach.Map(_app);
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_tick_raises_once_and_another_undoes_it()
    {
        await _world.ExportAsync(("a", "100", "x"));
        await TickAsync(0);
        await TickAsync(0);
        (await _world.TonsAsync()).ShouldBe(["a|120"]);
        await TickAsync(1, ("percent", "2.5"));
        (await _world.TonsAsync()).ShouldBe(["a|123"]);
        await TickAsync(2, ("undo", Due(1).Run));
        (await _world.TonsAsync()).ShouldBe(["a|120"]);
        _bloomreach.Requests.ShouldBe(0);
    }

    [Theory]
    [InlineData("percent", "0")]
    [InlineData("percent", "-20")]
    [InlineData("percent", "20 %")]
    [InlineData("percent", "1e3")]
    [InlineData("percent", "1000.01")]
    [InlineData("percent", "0.1234567")]
    [InlineData("writeBack", "yes")]
    [InlineData("percents", "20")]
    [InlineData("undo", "ships-uplift-of-no-time")]
    public async Task What_can_not_be_read_is_said(string name, string value)
    {
        await _world.ExportAsync(("a", "100", "x"));
        (await Should.ThrowAsync<BadEventException>(() => TickAsync(0, (name, value)))).Message.ShouldContain($"'{(name == "undo" ? value : name)}'");
        (await _world.TonsAsync()).ShouldBe(["a|100"]);
    }

    [Fact]
    public async Task A_job_of_another_name_is_told_what_to_do() =>
        (await Should.ThrowAsync<RetryException>(() => Function().HandleAsync(Event, Due(0) with { JobName = "ships" }, default))).Hint!.ShouldContain("<contract>-uplift");

    [Fact]
    public async Task Bloomreach_is_not_told_of_rows_that_are_not_its_own()
    {
        await using var world = await UpliftWorld.CreateAsync();
        await world.ExportAsync(("a", "100", "x"));
        var function = new EmployeeUplift(new ContractSet([world.Ships]), world.Uplifter(StandIn.Account(new Uri(_app.Urls.Single()))));
        (await Should.ThrowAsync<BadEventException>(() => function.HandleAsync(Event, Due(0) with { Parameters = new Dictionary<string, string> { ["writeBack"] = "true" } }, default))).Message
            .ShouldBe("The tick says 'writeBack', and the rows of ships are not Bloomreach's: its contract does not say 'export: bloomreach', or its key is not 'registered'.");
        (await world.TonsAsync()).ShouldBe(["a|100"]);
        _bloomreach.Requests.ShouldBe(0);
    }

    /// <summary>What somebody has told Bloomreach since the export is the newer.</summary>
    [Fact]
    public async Task A_value_that_has_changed_there_since_the_export_stays()
    {
        await _world.ExportAsync((StandInCustomers.Registered(1), "100", "x"), (StandInCustomers.Registered(2), "100", "x"));
        _bloomreach.Customers.Write(StandInCustomers.Registered(1), new() { ["tons"] = 500 }, RunWorld.Now.ToUnixTimeSeconds());
        await TickAsync(0, ("writeBack", "true"));
        (_bloomreach.Customers.Written(StandInCustomers.Registered(1), "tons"), _bloomreach.Customers.Written(StandInCustomers.Registered(2), "tons")).ShouldBe(("500", "120"));
    }

    [Fact]
    public async Task Bloomreach_is_told_in_batches_and_asked_again_until_it_has_taken_all()
    {
        await _world.ExportAsync([.. Enumerable.Range(1, 120).Select(n => (StandInCustomers.Registered(n), (string?)"10", "x"))]);
        _bloomreach.Fault = request => request == 2 ? new() { Status = 200, Body = """{"results":[{"success":true},{"success":false,"errors":["no such project local-project"]}],"success":true}""" } : null;
        var fault = await Should.ThrowAsync<RetryException>(() => TickAsync(0, ("writeBack", "true")));
        fault.Message.ShouldBe("Bloomreach has not taken 50 of 120 customers' tons: no such project •••");
        _bloomreach.Requests.ShouldBe(3);
        (await _world.TonsAsync()).ShouldAllBe(row => row.EndsWith("|12", StringComparison.Ordinal));
        _bloomreach.Fault = _ => null;
        await TickAsync(0, ("writeBack", "true"));
        _bloomreach.Requests.ShouldBe(6);
        (await _world.TonsAsync()).ShouldAllBe(row => row.EndsWith("|12", StringComparison.Ordinal));
        _bloomreach.Customers.Written("customer-000120", "tons").ShouldBe("12");
        await TickAsync(1, ("undo", Due(0).Run), ("writeBack", "true"));
        _bloomreach.Customers.Written("customer-000001", "tons").ShouldBe("10");
        // A run that comes late again does not bring its values back.
        await TickAsync(0, ("writeBack", "true"));
        _bloomreach.Customers.Written("customer-000001", "tons").ShouldBe("10");
    }

    private static CloudEvent Event { get; } = HandedEvent.Of(new("1", "//test", EventTypes.SchedulerTick, null, RunWorld.Now));

    private static TickData Due(int minutes) => new("ships-uplift", RunWorld.Now.AddMinutes(minutes));

    private EmployeeUplift Function() => new(new ContractSet([_world.Ships]), _world.Uplifter(StandIn.Account(new Uri(_app.Urls.Single()))));

    private Task TickAsync(int minutes, params (string Name, string Value)[] parameters) =>
        Function().HandleAsync(Event, Due(minutes) with { Parameters = parameters.ToDictionary(p => p.Name, p => p.Value) }, default);
}

using System.Net;
using System.Text;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;
using Landfall.Tests.Tool;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Hosting;

/// <summary>Contracts in a bucket: what is new and good takes effect by itself, what is not changes nothing, and no request is lost over either.</summary>
public sealed class LiveContractsTests : IAsyncLifetime
{
    private const string Stations = """
        apiVersion: v3.1.0
        kind: DataContract
        id: stations
        version: 1.0.0
        status: active
        team: { name: weather }
        servers:
          - { server: operational, type: postgres, host: landfall, port: 5432, database: landfall, schema: weather }
        customProperties:
          - property: landfall
            value: { object: "drop-zone/weather/stations_{date:yyyyMMdd}.csv" }
        schema:
          - name: stations
            physicalType: table
            logicalType: object
            customProperties: [ { property: landfall, value: { write: upsert } } ]
            properties:
              - { name: code, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1 }
        """;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private LiveWorld _world = null!;

    public async Task InitializeAsync() => _world = await LiveWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_new_contract_takes_effect_within_a_minute_and_before_the_first_file_after_it()
    {
        await _world.PutHouseAsync("departments");
        using var client = await LoaderAsync();
        await DropAsync(client, "hiring/departments_20240105.csv", "1,Sales\n");
        (await ScalarAsync("SELECT count(*) FROM hiring.departments")).ShouldBe(1);

        await _world.PutAsync("stations.odcs.yaml", Stations);
        await DropAsync(client, "hiring/departments_20240106.csv", "2,Law\n");
        _world.Listings.ShouldBe(1, "the minute is not over");
        _world.Time.Push(Minute);
        await DropAsync(client, "weather/stations_20240105.csv", "code\nBOG\nLIS\n");
        (await ScalarAsync("SELECT count(*) FROM weather.stations")).ShouldBe(2);
        _world.Log.Text.ShouldContain($"The contracts of {LiveWorld.Contracts} have changed: 2 are in use from now on");

        // One that is gone claims nothing more; what has landed stays.
        await _world.Landing.Storage.DeleteAsync("config", "contracts/stations.odcs.yaml");
        _world.Time.Push(Minute);
        await DropAsync(client, "weather/stations_20240106.csv", "code\nCDG\n");
        (await ScalarAsync("SELECT count(*) FROM weather.stations")).ShouldBe(2);
        await DropAsync(client, "hiring/departments_20240107.csv", "3,Art\n");
        (await ScalarAsync("SELECT count(*) FROM hiring.departments")).ShouldBe(3);
        _world.Listings.ShouldBe(3);
    }

    [Fact]
    public async Task A_broken_contract_is_told_once_with_every_fault_and_changes_nothing()
    {
        await _world.PutHouseAsync("departments");
        using var client = await LoaderAsync();
        await _world.PutAsync("stations.odcs.yaml", Stations.Replace("upsert", "insert").Replace("logicalType: string", "logicalType: text"));
        for (var i = 1; i <= 3; i++)
        {
            _world.Time.Push(Minute);
            await DropAsync(client, $"hiring/departments_2024010{i}.csv", $"{i},Sales\n");
        }
        (await ScalarAsync("SELECT count(*) FROM hiring.departments")).ShouldBe(3);
        _world.Listings.ShouldBe(4);
        var error = _world.Log.Only("ERROR").GetProperty("message").GetString()!;
        error.Split('\n').Count(line => line.StartsWith($"{LiveWorld.Contracts}/stations.odcs.yaml:", StringComparison.Ordinal)).ShouldBe(2, error);
        error.ShouldSatisfyAllConditions(text => text.ShouldContain("write"), text => text.ShouldContain("logicalType"));

        await _world.PutAsync("stations.odcs.yaml", Stations);
        _world.Time.Push(Minute);
        await DropAsync(client, "weather/stations_20240105.csv", "code\nBOG\n");
        (await ScalarAsync("SELECT count(*) FROM weather.stations")).ShouldBe(1);
        _world.Lines("ERROR").ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_left_and_a_bucket_that_is_closed_leave_the_contracts_that_are_in_use()
    {
        await _world.PutHouseAsync("departments");
        using var client = await LoaderAsync();
        await _world.Landing.Storage.DeleteAsync("config", "contracts/departments.odcs.yaml");
        _world.Time.Push(Minute);
        await DropAsync(client, "hiring/departments_20240101.csv", "1,Sales\n");
        _world.Log.Only("ERROR").GetProperty("message").GetString()!.ShouldContain($"{LiveWorld.Contracts}: holds no contract");

        _world.Closed = true;
        _world.Time.Push(Minute);
        await DropAsync(client, "hiring/departments_20240102.csv", "2,Law\n");
        (await ScalarAsync("SELECT count(*) FROM hiring.departments")).ShouldBe(2);
        _world.Log.Only("WARNING").GetProperty("message").GetString()!.ShouldSatisfyAllConditions(text => text.ShouldContain(LiveWorld.Contracts), text => text.ShouldContain("403"));
        _world.Lines("ERROR").ShouldBe(1);
    }

    [Fact]
    public async Task Requests_under_way_keep_what_they_began_with_and_it_goes_with_the_last_of_them()
    {
        var (parts, entered, leave) = (new List<Part>(), new SemaphoreSlim(0), new TaskCompletionSource());
        await _world.PutHouseAsync("departments");
        var app = FunctionHost.BuildHttp<TestHttpFunction>(_world.Settings, IPAddress.Loopback, services =>
        {
            services.AddSingleton<TimeProvider>(_world.Time);
            _world.Log.Register(services);
            services.AddSingleton(provider =>
            {
                var part = new Part(provider.GetRequiredService<ContractSet>());
                parts.Add(part);
                return part;
            });
            services.AddScoped(provider =>
            {
                var part = provider.GetRequiredService<Part>();
                return new TestHttpFunction(async context =>
                {
                    if (context.Request.Path == "/slow")
                    {
                        entered.Release();
                        await leave.Task;
                    }
                    part.Gone.ShouldBeFalse();
                    await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(string.Join(' ', part.Contracts.All.Select(contract => contract.Id))));
                });
            });
        });
        using var client = await _world.ServeAsync(app);
        (await client.GetStringAsync("/")).ShouldBe("departments");
        await _world.PutHouseAsync("jobs");
        _world.Time.Push(Minute);
        // However many come at the moment, the bucket is asked once.
        (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetStringAsync("/")))).ShouldAllBe(ids => ids == "departments jobs");
        _world.Listings.ShouldBe(2);

        var slow = client.GetStringAsync("/slow");
        await entered.WaitAsync();
        await _world.PutHouseAsync("hired_employees");
        _world.Time.Push(Minute);
        (await client.GetStringAsync("/")).ShouldBe("departments hired_employees jobs");
        parts.Count.ShouldBe(3);
        parts.ShouldAllBe(part => !part.Gone);
        leave.SetResult();
        (await slow).ShouldBe("departments jobs");
        await Until.TrueAsync(() => parts[1].Gone, "what nobody uses any more is gone");
        parts[2].Gone.ShouldBeFalse();
        await app.StopAsync();
        await app.DisposeAsync();
        parts.ShouldAllBe(part => part.Gone);
    }

    [Fact]
    public async Task A_setting_that_the_new_contracts_break_keeps_the_old_ones()
    {
        await _world.PutHouseAsync("departments", "people");
        var settings = _world.Settings with { ApiRoles = [("people_editors", "pia@example.com")], ApiAudience = "https://x.example.com", Service = "drop", BehindIam = true };
        using var client = await _world.ServeAsync(FunctionHost.BuildHttp<Drop>(settings, IPAddress.Loopback, services =>
        {
            Drop.Services(services);
            services.AddSingleton<TimeProvider>(_world.Time);
            _world.Log.Register(services);
        }));
        await _world.Landing.Storage.DeleteAsync("config", "contracts/people.odcs.yaml");
        _world.Time.Push(Minute);
        using var response = await client.GetAsync("/drop/people/people");
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        _world.Log.Only("ERROR").GetProperty("message").GetString()!.ShouldContain("no contract has the role 'people_editors'");
    }

    [Fact]
    public async Task It_does_not_start_with_faults_and_names_each_by_its_address()
    {
        Should.Throw<ContractFaultException>(() => Loader()).Message.ShouldContain($"{LiveWorld.Contracts}: holds no contract");
        await _world.PutAsync("stations.odcs.yaml", Stations.Replace("upsert", "insert"));
        await _world.PutAsync("wrong.odcs.yml", Stations);
        await _world.PutAsync("other.odcs.yaml", "id: [");
        await _world.PutAsync("sub/ignored.odcs.yaml", "id: [");
        await _world.PutAsync("README.md", "ignored");
        var faults = Should.Throw<ContractFaultException>(() => Loader()).Faults;
        faults.Select(fault => fault.File).Distinct().ShouldBe([$"{LiveWorld.Contracts}/stations.odcs.yaml", $"{LiveWorld.Contracts}/wrong.odcs.yml", $"{LiveWorld.Contracts}/other.odcs.yaml"], ignoreOrder: true);
        await _world.PutAsync("large.odcs.yaml", new string('#', 1_100_000));
        Should.Throw<ContractFaultException>(() => Loader()).Faults.ShouldHaveSingleItem().ToString().ShouldBe($"{LiveWorld.Contracts}/large.odcs.yaml: has 1100000 bytes; a contract, or a query, has at most 1048576.");
        Should.Throw<RetryException>(() => Loader(_world.Settings with { Contracts = "gs://nowhere" })).Message.ShouldContain("404");
        _world.Closed = true;
        Should.Throw<RetryException>(() => Loader()).Message.ShouldContain("403");
        Directory.GetDirectories(Path.GetTempPath(), "landfall-contracts-*").ShouldBeEmpty("what was downloaded is not kept");
    }

    [Fact]
    public async Task The_tool_reads_the_same_contracts()
    {
        using var folder = new TempFolder();
        await _world.PutHouseAsync("departments");
        var environment = new Dictionary<string, string> { ["LANDFALL_STORAGE_ENDPOINT"] = _world.Settings.StorageEndpoint.AbsoluteUri };
        var check = await ToolRun.InAsync(folder.Path, environment, "contract", "sql", "--contracts", LiveWorld.Contracts);
        (check.ExitCode, check.Output.Contains("\"departments\"", StringComparison.Ordinal)).ShouldBe((0, true), check.Error);
        // A contract as it would be among those of the bucket.
        await File.WriteAllTextAsync(folder["stations.odcs.yaml"], Stations.Replace("drop-zone/weather/stations_", "drop-zone/hiring/departments_").Replace("name: weather", "name: hiring"));
        var clash = await ToolRun.InAsync(folder.Path, new Dictionary<string, string>(environment) { ["LANDFALL_CONTRACTS"] = LiveWorld.Contracts }, "contract", "check", "stations.odcs.yaml");
        (clash.ExitCode, clash.Output + clash.Error).ShouldSatisfyAllConditions(run => run.ExitCode.ShouldNotBe(0), run => run.Item2.ShouldContain("departments"));
        var missing = await ToolRun.InAsync(folder.Path, environment, "contract", "check", "--contracts", "gs://nowhere/contracts");
        missing.ExitCode.ShouldBe(3, missing.Error);
    }

    [Theory]
    [InlineData("gs://")]
    [InlineData("gs:///contracts")]
    [InlineData("gs://Config/contracts")]
    [InlineData("gs://config//contracts")]
    public void An_address_that_is_none_is_refused(string contracts) =>
        Should.Throw<FormatException>(() => Settings.FromEnvironment(new Dictionary<string, string> { ["LANDFALL_CONTRACTS"] = contracts })).Message.ShouldContain("gs://bucket/prefix");

    private WebApplication Loader(Settings? settings = null) => FunctionHost.Build<DropZoneLoad, StorageObjectData>(settings ?? _world.Settings, IPAddress.Loopback, services =>
    {
        services.AddSingleton<TimeProvider>(_world.Time);
        _world.Log.Register(services);
    });

    private Task<HttpClient> LoaderAsync() => _world.ServeAsync(Loader());

    private async Task DropAsync(HttpClient client, string name, string text)
    {
        var stored = (await _world.Landing.Storage.WriteAsync("drop-zone", name, Encoding.UTF8.GetBytes(text), "text/csv"))!;
        using var response = await client.PostAsync("/", new StringContent($$"""{"bucket":"drop-zone","name":"{{name}}","generation":"{{stored.Generation}}"}""", Encoding.UTF8, "application/json"));
        response.StatusCode.ShouldBe(HttpStatusCode.NoContent, _world.Log.Text);
    }

    private async Task<long> ScalarAsync(string sql) => await _world.Landing.Database.ScalarAsync<long>(sql);

    /// <summary>Something that is made of the contracts, and must not outlive them.</summary>
    private sealed class Part(ContractSet contracts) : IDisposable
    {
        public ContractSet Contracts => contracts;

        public bool Gone { get; private set; }

        public void Dispose() => Gone = true;
    }
}

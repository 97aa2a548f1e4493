using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts;

/// <summary>What a contract says for people, and what of it landings act on.</summary>
public sealed class PromisesTests
{
    [Theory]
    [InlineData("value: 30, unit: d", 30)]
    [InlineData("value: 1, unit: day", 1)]
    [InlineData("value: 2, unit: weeks", 14)]
    [InlineData("value: 6, unit: m", 180)]
    [InlineData("value: 6, unit: months", 180)]
    [InlineData("value: 3, unit: y", 1095)]
    [InlineData("value: 100, unit: yr", 36500)]
    public void A_retention_is_days(string retention, int days) =>
        One($"slaProperties: [ {{ property: latency, value: 4, unit: h }}, {{ property: retention, {retention} }} ]").Retention.ShouldBe(TimeSpan.FromDays(days));

    [Theory]
    [InlineData("value: 90, unit: m", 90)]
    [InlineData("value: 2, unit: min", 2)]
    [InlineData("value: 4, unit: h", 240)]
    [InlineData("value: 1, unit: hour", 60)]
    [InlineData("value: 31, unit: days", 44_640)]
    public void A_latency_is_minutes(string latency, int minutes) => One($"slaProperties: [ {{ property: latency, {latency} }} ]").Latency.ShouldBe(TimeSpan.FromMinutes(minutes));

    [Fact]
    public void Nothing_said_is_nothing_promised()
    {
        var contract = One("");

        (contract.Retention, contract.Latency, contract.Schedule, contract.TimeZone).ShouldBe((null, null, null, TimeZoneInfo.Utc));
        (contract.Roles.Count + contract.Support.Count + contract.Sla.Count).ShouldBe(0);
    }

    [Fact]
    public void A_schedule_is_the_cron_of_the_frequency()
    {
        var contract = One("""
            slaProperties:
              - { property: frequency, value: 1, unit: d, scheduler: airflow, schedule: daily }
              - { property: frequency, value: 1, unit: d, scheduler: cron, schedule: "0 6 * * 1-5" }
              - { property: generalAvailability, value: "2024-01-05", valueExt: true, description: Since then. }
            """, "timeZone: America/Bogota");

        contract.Schedule.ShouldNotBeNull().Text.ShouldBe("0 6 * * 1-5");
        contract.TimeZone.BaseUtcOffset.ShouldBe(TimeSpan.FromHours(-5));
        contract.Sla.Select(sla => $"{sla.Property} {sla.Value} {sla.ValueExt} {sla.Scheduler} {sla.Schedule} {sla.Description}".Trim())
            .ShouldBe(["frequency 1  airflow daily", "frequency 1  cron 0 6 * * 1-5", "generalAvailability 2024-01-05 true   Since then."]);
    }

    [Fact]
    public void What_people_read_is_read()
    {
        var contract = One("""
            name: Ways
            description: { purpose: a, limitations: b, usage: c }
            roles: [ { role: readers, access: read }, { role: all } ]
            support: [ { channel: help, tool: email, url: "mailto:help@example.com", description: Ask. } ]
            """);

        (contract.Name, contract.Purpose, contract.Limitations, contract.Usage).ShouldBe(("Ways", "a", "b", "c"));
        contract.Roles.ShouldBe([new("readers", "read", null), new("all", null, null)]);
        contract.Support.ShouldBe([new("help", "email", new Uri("mailto:help@example.com"), "Ask.")]);
    }

    private static Contract One(string words, string landfall = "waitForParents: 5m")
    {
        using var folder = new ContractFolder().With("a", ContractFolder.Plain("a").Replace("version: 1.0.0\n", $"version: 1.0.0\n{words}\n").Replace(".csv\"", $".csv\", {landfall}"));
        return folder.Read().All[0];
    }
}

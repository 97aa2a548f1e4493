using System.Text.Json.Nodes;
using Shouldly;

namespace Landfall.Tests.Deployment;

/// <summary>A new team's contract is one file: what it adds to Google Cloud follows from it, and nothing of anybody else's changes.</summary>
public sealed class NewTeamTests
{
    private static readonly string[] Asked =
    [
        """accounts = local.team_names""",
        """prefixes = merge({ for team in local.drop_teams : team => "drop-zone/${team}/" }, { for id, producer in local.producers : id => "${producer.bucket}/${producer.prefix}" })""",
        """datasets = local.datasets""",
        """tables = { for key, table in local.tables : "${table.dataset}.${table.table}" => "${length(table.columns)} columns, of ${table.labels.landfall_team}" }""",
        """views = { for key, view in local.views : "${view.dataset}.${view.view}" => view.query }""",
        """readers = { for name, reader in local.readers : name => lookup(var.roles, reader.role, []) }""",
        """subscriptions = { for bucket, function in local.inboxes : bucket => function }""",
        """jobs = { for name, job in local.jobs : name => "${job.function} ${job.schedule == null ? "on request" : job.schedule} ${job.time_zone}" }""",
        """alerts = { for id, alert in local.alerts : id => alert.channels }""",
        """folders = keys(local.contracts)""",
        """hosts = [for contract in local.contracts : contract.fetch if contract.fetch != null]""",
    ];

    [TerraformFact]
    public async Task A_contract_changes_nothing_but_what_is_its_own()
    {
        using var contracts = new TempFolder();
        foreach (var file in Directory.EnumerateFiles(Repository.Path("shared/contracts"), "*.odcs.yaml")) File.Copy(file, Path.Combine(contracts.Path, Path.GetFileName(file)));
        var before = await RenderAsync(contracts.Path);
        await File.WriteAllTextAsync(Path.Combine(contracts.Path, "stations.odcs.yaml"), """
            apiVersion: v3.1.0
            kind: DataContract
            id: stations
            version: 1.0.0
            status: active
            description: { purpose: The weather stations by their code. }
            team: { name: weather }
            support: [ { channel: weather-data, tool: slack, url: "https://example.com/weather-data" } ]
            roles:
              - { role: weather_readers, access: read }
              - { role: hikers, access: read, customProperties: [ { property: landfall, value: { of: [ high_stations ] } } ] }
            servers: [ { server: operational, type: bigquery, project: landfall, dataset: weather } ]
            slaProperties: [ { property: frequency, value: 1, unit: d, element: stations, scheduler: cron, schedule: "0 6 * * *" } ]
            customProperties: [ { property: landfall, value: { object: "drop-zone/weather/stations_{date:yyyyMMdd}.csv" } } ]
            schema:
              - name: stations
                physicalType: table
                customProperties: [ { property: landfall, value: { write: upsert } } ]
                properties:
                  - { name: code, logicalType: string, primaryKey: true }
                  - { name: height_m, logicalType: number }
              - name: high_stations
                physicalName: hiking.high_stations
                physicalType: view
                customProperties: [ { property: landfall, value: { where: "height_m > 1000" } } ]
            """);
        var after = await RenderAsync(contracts.Path);

        before.Except(after).ShouldBeEmpty("what was there is as it was");
        string.Join('\n', after.Except(before).Order(StringComparer.Ordinal)).ShouldBe("""
            accounts weather
            alerts stations: ["projects/p/notificationChannels/7"]
            datasets hiking
            datasets weather
            folders stations
            prefixes weather: drop-zone/weather/
            readers hikers hiking.high_stations: ["user:ana@example.com"]
            readers weather_readers hiking.high_stations: ["group:weather@example.com"]
            readers weather_readers weather.stations: ["group:weather@example.com"]
            tables weather.stations: 4 columns, of weather
            views hiking.high_stations: SELECT `code`, `height_m` FROM `weather.stations` WHERE height_m > 1000
            """);
    }

    private static async Task<List<string>> RenderAsync(string contracts)
    {
        var rendered = await TerraformConsole.AskAsync(contracts, $"{{ {string.Join(", ", Asked)} }}",
            """roles={ weather_readers = ["group:weather@example.com"], hikers = ["user:ana@example.com"] }""", """support={ weather-data = ["projects/p/notificationChannels/7"] }""");
        return [.. rendered.AsObject().SelectMany(kind => kind.Value switch
        {
            JsonArray list => list.Select(one => $"{kind.Key} {one}"),
            JsonObject map => map.Select(one => $"{kind.Key} {one.Key}: {(one.Value is JsonArray array ? array.ToJsonString() : one.Value?.ToString())}"),
            _ => throw new InvalidOperationException($"{kind.Key} is neither a list nor a map"),
        })];
    }
}

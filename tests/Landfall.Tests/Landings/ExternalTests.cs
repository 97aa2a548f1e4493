using System.IO.Compression;
using System.Text;
using Landfall.Contracts;
using Landfall.Sinks;
using Landfall.Sinks.BigQuery;
using Landfall.Tests.Local.BigQuery;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Landings;

/// <summary>Files of an external table: checked row by row like any other, and read by BigQuery where they lie.</summary>
public sealed class ExternalTests : IDisposable
{
    private const string Table = "`shop.clicks`";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_query_sees_the_files_as_they_are_and_each_has_its_receipt()
    {
        await using var world = await WorldAsync();
        var first = await LandAsync(world, "20240105", "id,at,note\n1,2024-01-05T06:00:00Z,\"a\nb\"\n2,2024-01-05 07:00:00,\n");
        (first.Outcome, first.Rows, first.Rejects, first.Findings).ShouldBe(("landed", new(2, 2, 0, 0), null, null));
        first.Tables.ShouldBe([new("shop.clicks", 2)]);
        await LandAsync(world, "20240106", "id,at,note\n3,2024-01-06T06:00:00Z,c\n");
        (await world.QueryAsync($"SELECT id, note, `at` FROM {Table} ORDER BY id")).ShouldBe(["1|a\nb|1704434400000000", "2|∅|1704438000000000", "3|c|1704520800000000"]);

        (await LandAsync(world, "20240106", "id,at,note\n4,2024-01-06T06:00:00Z,d\n5,2024-01-06T06:00:00Z,e\n")).Outcome.ShouldBe("landed");
        (await world.QueryAsync($"SELECT STRING_AGG(CAST(id AS STRING), ' ' ORDER BY id) FROM {Table}")).ShouldBe(["1 2 4 5"]);
        (await world.QueryAsync("SELECT COUNT(*) FROM `shop.late`")).ShouldBe(["2"]);

        (await world.Storage.DeleteAsync("drop-zone", "shop/clicks_20240105.csv", (await world.Storage.GetAsync("drop-zone", "shop/clicks_20240105.csv"))!.Generation)).ShouldBeTrue();
        (await world.QueryAsync($"SELECT STRING_AGG(CAST(id AS STRING), ' ' ORDER BY id) FROM {Table}")).ShouldBe(["4 5"]);

        (await world.QueryAsync("SELECT outcome, rows_landed FROM `landfall.ledger_clicks` WHERE landing_id <> 0 ORDER BY time_created")).ShouldBe(["landed|2", "landed|1", "landed|2"]);
        (await world.QueryAsync("SELECT COUNT(*) FROM `landfall.staging`")).ShouldBe(["0"]);
    }

    [Fact]
    public async Task A_row_that_breaks_a_rule_is_in_quarantine_and_the_receipt_says_where_else()
    {
        await using var world = await WorldAsync();
        var receipt = await LandAsync(world, "20240105", "id,at,note\n1,2024-01-05T06:00:00Z,fine\n-1,2024-01-05T06:00:00Z,below\nx,2024-01-05T06:00:00Z,unreadable\n4\n");

        (receipt.Outcome, receipt.Rows).ShouldBe(("landed", new(4, 1, 3, 0)));
        receipt.Reasons!.Select(reason => $"{reason.Line} {reason.Rule}").ShouldBe(["3 minimum", "4 logicalType", "5 columns"]);
        var finding = receipt.Findings.ShouldHaveSingleItem();
        (finding.Table, finding.Rule).ShouldBe(("shop.clicks", "external"));
        finding.Message.ShouldContain("3 of this file are in quarantine, and still in the file");
        Encoding.UTF8.GetString(await world.ReadAsync((await world.PartsAsync(receipt.Rejects!))[0])).ShouldContain("-1,2024-01-05T06:00:00Z,below");
        // No query may fail by what can not be read.
        (await world.QueryAsync($"SELECT id, note FROM {Table} ORDER BY id")).ShouldBe(["-1|below", "1|fine", "4|∅"]);
    }

    [Theory]
    [InlineData("at,id,note\n2024-01-05T06:00:00Z,1,a\n", "header", "names 'at' as column 1, where BigQuery reads 'id'")]
    [InlineData("id,at\n1,2024-01-05T06:00:00Z\n", "header", "column 'note' is missing")]
    [InlineData("id,at,note\nx,y,\n", "logicalType", "no row of the file fits the contract")]
    public async Task What_BigQuery_would_misread_is_refused(string text, string rule, string reason)
    {
        await using var world = await WorldAsync();
        var receipt = await LandAsync(world, "20240105", text);
        receipt.Outcome.ShouldBe("refused");
        receipt.Reason.ShouldNotBeNull().ShouldContain(reason);
        receipt.Reasons![^1].Rule.ShouldBe(rule);
        receipt.Hint.ShouldNotBeNull().ShouldContain("until it is dropped again or deleted, shop.clicks may show what it holds");
    }

    [Fact]
    public async Task A_file_is_compressed_as_the_object_says_or_refused()
    {
        var zipped = Gzip("id,at,note\n1,2024-01-05T06:00:00Z,a\n");
        await using (var world = await WorldAsync())
        {
            var receipt = await LandAsync(world, "shop/clicks_20240105.csv", zipped);
            (receipt.Outcome, receipt.Reasons![^1].Rule).ShouldBe(("refused", "gzip"));
            receipt = await LandAsync(world, "shop/clicks_20240106.csv.gz", "id,at,note\n1,2024-01-05T06:00:00Z,a\n"u8.ToArray());
            (receipt.Outcome, receipt.Reasons![^1].Rule).ShouldBe(("refused", "gzip"));
        }
        await using var compressed = await WorldAsync(text => text.Replace("yyyyMMdd}.csv", "yyyyMMdd}.csv.gz"));
        (await LandAsync(compressed, "shop/clicks_20240105.csv.gz", zipped)).Outcome.ShouldBe("landed");
        (await LandAsync(compressed, "shop/clicks_20240106.csv.gz", "id,at,note\n1,2024-01-05T06:00:00Z,a\n"u8.ToArray())).Reasons![^1].Rule.ShouldBe("gzip");
        await compressed.Storage.DeleteAsync("drop-zone", "shop/clicks_20240106.csv.gz", (await compressed.Storage.GetAsync("drop-zone", "shop/clicks_20240106.csv.gz"))!.Generation);
        (await compressed.QueryAsync($"SELECT id FROM {Table}")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task NDJSON_goes_by_names_and_other_encodings_are_BigQuery_s_too()
    {
        await using var json = await WorldAsync(text => text.Replace("yyyyMMdd}.csv\"", "yyyyMMdd}.jsonl\", unknownColumns: discard"));
        (await LandAsync(json, "shop/clicks_20240105.jsonl", "{\"note\":\"ä\",\"id\":1,\"at\":\"2024-01-05T06:00:00Z\",\"more\":[1]}\n"u8.ToArray())).Rows.ShouldBe(new(1, 1, 0, 0));
        (await json.QueryAsync($"SELECT id, note FROM {Table}")).ShouldBe(["1|ä"]);

        await using var latin = await WorldAsync(text => text.Replace("yyyyMMdd}.csv\"", "yyyyMMdd}.csv\", unknownColumns: discard, format: { delimiter: \";\", header: false, encoding: iso-8859-1 }"));
        (await LandAsync(latin, "shop/clicks_20240105.csv", Encoding.Latin1.GetBytes("1;2024-01-05T06:00:00Z;ä\n"))).Rows.ShouldBe(new(1, 1, 0, 0));
        (await latin.QueryAsync($"SELECT id, note FROM {Table}")).ShouldBe(["1|ä"]);
    }

    [Fact]
    public async Task Avro_shows_the_columns_of_its_files()
    {
        await using var world = await WorldAsync(text => text.Replace("yyyyMMdd}.csv\"", "yyyyMMdd}.avro\"").Replace("      - { name: at, logicalType: timestamp }\n", "").Replace("\"`at` >= TIMESTAMP '2024-01-06 00:00:00+00'\"", "id > 1"));
        (await LandAsync(world, "shop/clicks_20240105.avro", await ExternalTableTests.AvroAsync(1, "a", "note"))).Rows.ShouldBe(new(1, 1, 0, 0));
        (await LandAsync(world, "shop/clicks_20240106.avro", await ExternalTableTests.AvroAsync(-2, "b", "note"))).Outcome.ShouldBe("refused");
        (await world.QueryAsync($"SELECT id, note FROM {Table} ORDER BY id")).ShouldBe(["-2|b", "1|a"]);
        (await world.QueryAsync("SELECT COUNT(*) FROM `shop.late`")).ShouldBe(["0"]);
    }

    [Fact]
    public async Task Of_two_versions_the_newer_one_counts_however_late_the_older_one_commits()
    {
        await using var world = await WorldAsync();
        var contract = world.Contracts.All[0];
        Source Of(long generation, int minute) => new(contract, new("drop-zone", "shop/clicks_20240105.csv", generation, new(2024, 1, 5, 6, minute, 0, TimeSpan.Zero), 10), new(2024, 1, 5));
        LedgerEntry Entry(Source source, Guid attempt) => new() { Source = source, ContractVersion = "1.0.0", Outcome = Outcome.Landed, Attempt = attempt, StartedAt = default, FinishedAt = DateTimeOffset.UnixEpoch, RowsRead = 1, RowsLanded = 1 };
        var (older, newer, attempts) = (Of(1, 1), Of(2, 2), Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToList());
        await world.Sink.PrepareAsync(contract, default);
        await using var first = await world.Sink.StageAsync(older, attempts[0], careful: false, default);
        await using var second = await world.Sink.StageAsync(newer, attempts[1], careful: false, default);
        await using var again = await world.Sink.StageAsync(newer, attempts[2], careful: false, default);
        foreach (var staging in (IStaging[])[first, second, again]) (await staging.DecideAsync(default)).Outcome.ShouldBe(Outcome.Landed);
        var decision = new Decision(Outcome.Landed, null, []);

        (await second.CommitAsync(decision, Entry(newer, attempts[1]), default))!.Outcome.ShouldBe(Outcome.Landed);
        (await first.CommitAsync(decision, Entry(older, attempts[0]), default)).ShouldNotBeNull().Outcome.ShouldBe(Outcome.Superseded);
        (await again.CommitAsync(decision, Entry(newer, attempts[2]), default)).ShouldBeNull("another attempt has landed it");
    }

    [Fact]
    public async Task An_event_that_comes_again_or_late_changes_nothing()
    {
        await using var world = await WorldAsync();
        var old = await world.DropAsync("drop-zone", "shop/clicks_20240105.csv", "id,at,note\n1,2024-01-05T06:00:00Z,a\n"u8.ToArray());
        var now = await world.DropAsync("drop-zone", "shop/clicks_20240105.csv", "id,at,note\n2,2024-01-05T06:00:00Z,b\n"u8.ToArray());
        (await world.Lander.LandAsync(now, default)).Outcome.ShouldBe("landed");
        var late = await world.Lander.LandAsync(old, default);
        late.Outcome.ShouldBe("superseded");
        (await world.Lander.LandAsync(now, default)).Outcome.ShouldBe("landed");
        var together = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => world.Lander.LandAsync(i % 2 == 0 ? now : old, default)));
        together.Select(receipt => receipt.Outcome).ShouldBe(["landed", "superseded", "landed", "superseded"]);
        (await world.QueryAsync("SELECT COUNT(*) FROM `landfall.ledger_clicks` WHERE landing_id <> 0")).ShouldBe(["2"]);
    }

    [Fact]
    public async Task A_table_follows_its_contract_and_is_not_taken_from_rows_that_stand()
    {
        await using var world = await WorldAsync();
        var contract = world.Contracts.All[0];
        using var sink = new BigQuerySink(world.BigQuery, () => [contract], TimeProvider.System);
        await sink.PrepareAsync(contract, default);
        await LandAsync(world, "20240105", "id,at,note\n1,2024-01-05T06:00:00Z,a\n");

        var more = Read(Text.Replace("One row a click.", "A click.").Replace("      - { name: note, logicalType: string }\n", "      - { name: note, logicalType: string }\n      - { name: added, logicalType: integer }\n"));
        await sink.PrepareAsync(more, default);
        var table = (await world.BigQuery.GetTableAsync(new("shop", "clicks"), default))!;
        (table.Description, string.Join(' ', table.Fields.Select(field => $"{field.Name}:{field.Type}:{field.Required}"))).ShouldBe(("A click.", "id:INT64:False at:TIMESTAMP:False note:STRING:False added:INT64:False"));
        (await world.QueryAsync($"SELECT id, added FROM {Table}")).ShouldBe(["1|∅"], "the files from before have no such column");
        (await world.QueryAsync("SELECT COUNT(*) FROM `shop.late`")).ShouldBe(["0"]);

        var version = table.ETag;
        using var again = new BigQuerySink(world.BigQuery, () => [more], TimeProvider.System);
        await again.PrepareAsync(more, default);
        (await world.BigQuery.GetTableAsync(new("shop", "clicks"), default))!.ETag.ShouldBe(version, "it is as the contract says");
        using var with = new BigQuerySink(world.BigQuery, () => [more], TimeProvider.System, new("acme-", new(null, "eu", "landfall")));
        await with.PrepareAsync(more, default);
        var external = (await world.BigQuery.GetTableAsync(new("shop", "clicks"), default))!.External!;
        (external.Uri, external.Connection).ShouldBe(("gs://acme-drop-zone/shop/clicks_*.csv", new("local", "eu", "landfall")));

        var landed = Read(Text.Replace("physicalType: external", "physicalType: table"));
        using var other = new BigQuerySink(world.BigQuery, () => [landed], TimeProvider.System);
        var refused = await Should.ThrowAsync<RetryException>(() => other.PrepareAsync(landed, default));
        refused.Hint.ShouldNotBeNull().ShouldContain("DROP EXTERNAL TABLE `shop.clicks`");
        await world.BigQuery.ExecuteAsync("landfall_test_drop", new("DROP EXTERNAL TABLE `shop.clicks`; CREATE TABLE `shop.clicks` (id INT64)"), default);
        using var last = new BigQuerySink(world.BigQuery, () => [more], TimeProvider.System);
        (await Should.ThrowAsync<RetryException>(() => last.PrepareAsync(more, default))).Hint.ShouldNotBeNull().ShouldContain("DROP TABLE `shop.clicks`, with its rows");
    }

    internal const string Text = """
        apiVersion: v3.1.0
        kind: DataContract
        id: clicks
        version: 1.0.0
        status: active
        team: { name: shop }
        servers: [ { server: s, type: bigquery, project: local, dataset: shop } ]
        customProperties: [ { property: landfall, value: { object: "drop-zone/shop/clicks_{date:yyyyMMdd}.csv" } } ]
        schema:
          - name: clicks
            physicalType: external
            description: One row a click.
            properties:
              - { name: id, logicalType: integer, required: true, logicalTypeOptions: { minimum: 0 } }
              - { name: at, logicalType: timestamp }
              - { name: note, logicalType: string }
          - name: late
            physicalType: view
            customProperties: [ { property: landfall, value: { where: "`at` >= TIMESTAMP '2024-01-06 00:00:00+00'" } } ]

        """;

    /// <summary>A contract of the one file.</summary>
    internal static Contract Read(string text)
    {
        using var folder = new TempFolder();
        File.WriteAllText(Path.Combine(folder.Path, "clicks.odcs.yaml"), text);
        return ContractReader.Read(folder.Path, null).All[0];
    }

    private async Task<LandingWorld> WorldAsync(Func<string, string>? change = null)
    {
        File.WriteAllText(Path.Combine(_folder.Path, "clicks.odcs.yaml"), change?.Invoke(Text) ?? Text);
        return await LandingWorld.CreateAsync(_folder.Path, SinkKind.BigQuery);
    }

    private static Task<Landfall.Landings.Receipt> LandAsync(LandingWorld world, string day, string text) => LandAsync(world, $"shop/clicks_{day}.csv", Encoding.UTF8.GetBytes(text));

    private static async Task<Landfall.Landings.Receipt> LandAsync(LandingWorld world, string name, byte[] content) =>
        await world.Lander.LandAsync(await world.DropAsync("drop-zone", name, content), default);

    private static byte[] Gzip(string text)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }
}

using System.Net;
using System.Text;
using System.Text.Json;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;
using Landfall.Tests.Avro;
using Landfall.Tests.Hosting;
using Landfall.Tests.Landings;
using Landfall.Tests.Rows;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Attacks;

/// <summary>
/// A text that stands nowhere else, in every cell of a file that the deployed function lands, rejects, refuses or fails with: it is in the table, or in quarantine, and in no line of the
/// log, at whatever level.
/// </summary>
public sealed class FileMarkerTests(AttackWorld attacked) : IClassFixture<AttackWorld>
{
    private static readonly Func<string, byte[]> Utf8 = Encoding.UTF8.GetBytes;

    private readonly string _marker = $"MARKER-{Guid.NewGuid():N}";

    public static TheoryData<SinkKind, FormatType> Ways()
    {
        var data = new TheoryData<SinkKind, FormatType>();
        foreach (var format in Enum.GetValues<FormatType>())
        {
            data.Add(SinkKind.Postgres, format);
            data.Add(SinkKind.BigQuery, format);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task No_log_line_has_a_cell(SinkKind sink, FormatType format)
    {
        var world = await attacked.OfAsync(sink);
        await using var function = await StartAsync(world, sink);
        var table = $"{(sink == SinkKind.Postgres ? "attacks" : "bq_attacks")}.{AttackContracts.Id(format)}";
        var (quarantined, landed) = (0, await CountAsync(world, table));
        foreach (var file in Files(format))
        {
            var dropped = await attacked.DropAsync(sink, format, file);
            (await function.PostAsync(dropped)).ShouldBe(HttpStatusCode.NoContent);
            function.Log.Text.ShouldContain(dropped.Name, Case.Sensitive, "the log says nothing of the file");
            foreach (var name in (await world.NamesAsync("receipts")).Where(name => name.Contains(Path.GetFileName(dropped.Name), StringComparison.Ordinal)))
                Encoding.UTF8.GetString(await world.ReadAsync($"gs://receipts/{name}")).ShouldNotContain(_marker);
            foreach (var name in (await world.NamesAsync("rejects")).Where(name => name.Contains(Path.GetFileName(dropped.Name), StringComparison.Ordinal) && name.EndsWith(".csv", StringComparison.Ordinal)))
                quarantined += Encoding.UTF8.GetString(await world.ReadAsync($"gs://rejects/{name}")).Contains(_marker, StringComparison.Ordinal) ? 1 : 0;
        }
        function.Log.Text.ShouldNotContain(_marker);
        (await CountAsync(world, table)).ShouldBeGreaterThan(landed, "no cell was in the table");
        // A workbook's only column takes any text, and no row of an Avro file is rejected for a text.
        if (format is FormatType.Csv or FormatType.Ndjson) quarantined.ShouldBePositive("no cell was in quarantine");
    }

    [Theory]
    [InlineData("ADD CONSTRAINT attacked CHECK (note NOT LIKE 'MARKER%')", HttpStatusCode.NoContent)]
    [InlineData("ADD CONSTRAINT attacked EXCLUDE (note WITH =) WHERE (note LIKE 'MARKER%')", HttpStatusCode.NoContent)]
    [InlineData("ADD COLUMN attacked int GENERATED ALWAYS AS (CASE WHEN note LIKE 'MARKER%' THEN note::int END) STORED", HttpStatusCode.NoContent)]
    [InlineData(null, HttpStatusCode.ServiceUnavailable)]
    public async Task Nor_has_one_that_Postgres_complains_about(string? change, HttpStatusCode status)
    {
        // A world of its own, as its table is spoilt.
        using var folder = new TempFolder();
        AttackContracts.Write(folder.Path, SinkKind.Postgres);
        await using var world = await LandingWorld.CreateAsync(folder.Path);
        await using var function = await StartAsync(world, SinkKind.Postgres);
        (await function.PostAsync(await world.DropAsync("drop-zone", "attacks/csv_20240101.csv", AttackWorld.Good(FormatType.Csv)))).ShouldBe(HttpStatusCode.NoContent);
        await world.Database.ExecuteAsync(change is not null ? $"ALTER TABLE attacks.csv {change}" : """
            CREATE FUNCTION attacks.complain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no %', NEW.note USING DETAIL = NEW.note, HINT = NEW.note; END $$;
            CREATE TRIGGER complain BEFORE INSERT ON attacks.csv FOR EACH ROW EXECUTE FUNCTION attacks.complain();
            """);

        (await function.PostAsync(await world.DropAsync("drop-zone", "attacks/csv_20240102.csv", Utf8($"id,note,amount\n1,{_marker},\n2,{_marker},\n")))).ShouldBe(status, function.Log.Text);

        function.Log.Text.ShouldContain("SQLSTATE");
        function.Log.Text.ShouldNotContain(_marker);
    }

    /// <summary>Of each format a good file and bad ones.</summary>
    private IEnumerable<byte[]> Files(FormatType format)
    {
        var m = _marker;
        return format switch
        {
            FormatType.Csv =>
            [
                Utf8($"id,note,amount\n1,{m},\n2,\"{m}\n{m}\",1\n"),
                Utf8($"id,note,amount\n1,fine,\n{m},{m},{m}\n2,{m},{m}\n3,{m}\n4,{m},1,{m}\n5,{m}\"{m},\n6,\"{m}\"{m},\n7,\0{m},\n"),
                Utf8($"id,note,amount\n{m},{m},{m}\n"),
                Utf8($"id,note,amount\n1,\"{m}"),
                [.. Utf8("id,note,amount\n1,"), .. AttackBytes.Gzip(Utf8(m)), .. Utf8($"{m},\n{m}")],
                AttackBytes.Gzip(Utf8($"id,note,amount\n1,{m},\n{string.Concat(Enumerable.Repeat($"2,{m},\n", 9000))}"))[..^9],
            ],
            FormatType.Ndjson =>
            [
                Utf8($"{{\"id\":1,\"note\":\"{m}\"}}\n"),
                Utf8($"{{\"id\":1}}\n{{\"id\":\"{m}\",\"note\":\"{m}\",\"amount\":\"{m}\"}}\n{{\"id\":1,\"note\":[\"{m}\"]}}\n{{\"id\":2,\"note\":\"{m}\n{{\"id\":3,\"note\":{m}}}\n\"{m}\"\n{{\"id\":4,\"note\":\"\\ud800{m}\"}}\n"),
                Utf8($"[{{\"note\":\"{m}\"}}]"),
            ],
            FormatType.Xlsx =>
            [
                XlsxBuilder.Of($"<row><c t=\"str\"><v>id</v></c></row><row><c t=\"str\"><v>{m}</v></c></row><row><c t=\"inlineStr\"><is><t>{m}</t></is></c></row>"),
                XlsxBuilder.Of($"<row><c t=\"str\"><v>id</v></c></row><row><c t=\"str\"><v>{m}</v></c><c t=\"str\"><v>{m}</v></c></row><row><c t=\"e\"><v>{m}</v></c></row><row><c t=\"b\"><v>{m}</v></c></row><row><c><v>{m}</v></c></row><row><c t=\"d\"><v>{m}</v></c></row>"),
                XlsxBuilder.Of($"<row><c t=\"str\"><v>id</v></c></row><row><c t=\"s\"><v>{m}</v></c></row>"),
                XlsxBuilder.Of($"<row><c t=\"str\"><v>id</v></c></row><row><c t=\"str\"><v>{m}&{m};</v></c></row>"),
            ],
            _ =>
            [
                AvroBytes.File(AvroAttacks.Schema, null, (1, [2, .. AvroBytes.Text(m), 0])),
                AvroBytes.File(AvroAttacks.Schema, null, (2, [2, .. AvroBytes.Text(m), 0, 4, .. AvroBytes.Text(m), 2, .. BitConverter.GetBytes(double.NaN)])),
                AvroBytes.File(AvroAttacks.Schema, null, (2, [2, .. AvroBytes.Text(m), 0, 4, .. AvroBytes.Text(m), 9])),
                AvroBytes.File(AvroAttacks.Schema, "deflate", (1, [2, .. AvroBytes.Text(m), 0])),
            ],
        };
    }

    private async Task<long> CountAsync(LandingWorld world, string table) => await world.Database.ScalarAsync<long>($"SELECT count(*) FROM {table} t WHERE t::text LIKE '%{_marker}%'");

    /// <summary>The function as it is deployed, in this process, with every line of the log that anything in it writes.</summary>
    private static async Task<Function> StartAsync(LandingWorld world, SinkKind sink)
    {
        var settings = new Settings { Port = 0, Contracts = world.ContractsFolder, StorageEndpoint = world.Endpoint };
        settings = sink == SinkKind.Postgres ? settings with { Postgres = world.Database.ConnectionString } : settings with { Project = "local", BigQueryEndpoint = world.BigQueryEndpoint! };
        var log = new LogCapture();
        var app = FunctionHost.Build<DropZoneLoad, StorageObjectData>(settings, IPAddress.Loopback, services =>
        {
            log.Register(services);
            services.Configure<LoggerFilterOptions>(options =>
            {
                options.Rules.Clear();
                options.MinLevel = LogLevel.Trace;
            });
        });
        await app.StartAsync();
        return new(app, log);
    }

    private sealed class Function(WebApplication app, LogCapture log) : IAsyncDisposable
    {
        private readonly HttpClient _http = new() { BaseAddress = new(app.Urls.Single()) };

        public LogCapture Log => log;

        public async Task<HttpStatusCode> PostAsync(StorageObjectData data)
        {
            var resource = JsonSerializer.Serialize(new { bucket = data.Bucket, name = data.Name, generation = $"{data.Generation}", timeCreated = data.TimeCreated, size = $"{data.Size}" });
            using var content = new StringContent(resource, Encoding.UTF8, "application/json");
            using var response = await _http.PostAsync(new Uri("/", UriKind.Relative), content);
            return response.StatusCode;
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await app.DisposeAsync();
            await log.DisposeAsync();
        }
    }
}

using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Landfall.Avro;
using Landfall.Contracts;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Avro;

/// <summary>Files of avsc (https://github.com/mtth/avsc), an implementation that shares nothing with this one, and what it makes of ours.</summary>
public sealed class AvscTests : IDisposable
{
    private const string Everything = """
        {"type":"record","name":"top","namespace":"org.example","fields":[
          {"name":"b","type":"boolean"},{"name":"i","type":"int"},{"name":"l","type":"long"},{"name":"f","type":"float"},{"name":"d","type":"double"},
          {"name":"y","type":"bytes"},{"name":"s","type":"string"},{"name":"x","type":{"type":"fixed","name":"three","size":3}},
          {"name":"e","type":{"type":"enum","name":"suit","symbols":["CLUBS","HEARTS"]}},{"name":"u","type":["null","int","string"]},
          {"name":"a","type":{"type":"array","items":"long"}},{"name":"m","type":{"type":"map","values":"double"}},{"name":"next","type":["null","top"]}]}
        """;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_committed_file_of_avsc_is_read()
    {
        var cells = await File.ReadAllTextAsync(Repository.Path("tests/Landfall.Tests/Avro/Interop/avsc.cells.json"));
        await using var file = File.OpenRead(Repository.Path("tests/Landfall.Tests/Avro/Interop/avsc.avro"));
        Lines((await AvroBytes.ReadAsync(file)).Rows).ShouldBe(Lines(JsonSerializer.Deserialize<string[][]>(cells)!));
    }

    [NodeFact]
    public async Task Each_reads_what_the_other_writes()
    {
        foreach (var file in Directory.GetFiles(Repository.Path("tests/Landfall.Tests/Avro/Interop"), "*.js*")) File.Copy(file, _folder[Path.GetFileName(file)]);
        await RunAsync("npm", "install", "--no-package-lock", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");

        Directory.CreateDirectory(_folder["out"]);
        await RunAsync("node", "interop.js", "write", "out");
        var written = Directory.GetFiles(_folder["out"], "*.avro");
        written.Length.ShouldBe(10);
        foreach (var file in written)
        {
            var cells = JsonSerializer.Deserialize<string[][]>(await File.ReadAllTextAsync(file.Replace(".null.avro", ".json", StringComparison.Ordinal).Replace(".deflate.avro", ".json", StringComparison.Ordinal)))!;
            await using var stream = File.OpenRead(file);
            Lines((await AvroBytes.ReadAsync(stream)).Rows).ShouldBe(Lines(cells), file);
        }

        foreach (var codec in new[] { AvroCodec.None, AvroCodec.Deflate })
        {
            (await ReadByAvscAsync(file => WriteEverythingAsync(file, codec))).ShouldBe(
            [
                """{"b":true,"i":-2147483648,"l":"9223372036854775807","f":0.5,"d":-1e-7,"y":"00ff","s":"Bogotá","x":"010203","e":"HEARTS","u":null,"a":["1","-1"],"m":{"k":0.25},"next":null}""",
                """{"b":false,"i":2147483647,"l":"-9223372036854775808","f":-2,"d":1e+300,"y":"","s":"","x":"ffffff","e":"CLUBS","u":"x","a":[],"m":{},"next":{"b":false,"i":0,"l":"0","f":0,"d":0,"y":"","s":"","x":"000000","e":"CLUBS","u":7,"a":[],"m":{},"next":null}}""",
            ]);
            (await ReadByAvscAsync(file => WriteTableAsync(file, codec))).ShouldBe(
            [
                """{"id":"1","amount":"3039","ratio":0.1,"flag":true,"day":18938,"at":"1636253322000000","clock":"10122123456","name":"Bogotá","tags":"[1, {\"a\": null}]"}""",
                """{"id":"-1","amount":null,"ratio":null,"flag":null,"day":null,"at":null,"clock":null,"name":null,"tags":null}""",
            ]);
        }
    }

    private static IEnumerable<string> Lines(IEnumerable<string[]> rows) => rows.Select(row => string.Join(" | ", row));

    public void Dispose() => _folder.Dispose();

    private static async Task WriteEverythingAsync(Stream file, AvroCodec codec)
    {
        var writer = new AvroFileWriter(file, Everything, codec);
        Record(true, int.MinValue, long.MaxValue, 0.5f, -1e-7, [0, 0xff], "Bogotá", [1, 2, 3], 1);
        writer.Index(0);
        writer.Items(2);
        writer.Long(1);
        writer.Long(-1);
        writer.Items(0);
        writer.Items(1);
        writer.Bytes("k"u8);
        writer.Double(0.25);
        writer.Items(0);
        writer.Index(0);
        writer.End();
        await writer.FlushAsync(default);

        Record(false, int.MaxValue, long.MinValue, -2, 1e300, [], "", [255, 255, 255], 0);
        writer.Index(2);
        writer.Bytes("x"u8);
        writer.Items(0);
        writer.Items(0);
        writer.Index(1);
        Record(false, 0, 0, 0, 0, [], "", [0, 0, 0], 0);
        writer.Index(1);
        writer.Long(7);
        writer.Items(0);
        writer.Items(0);
        writer.Index(0);
        writer.End();
        await writer.CompleteAsync(default);

        void Record(bool b, int i, long l, float f, double d, ReadOnlySpan<byte> y, string s, ReadOnlySpan<byte> x, int e)
        {
            writer.Boolean(b);
            writer.Long(i);
            writer.Long(l);
            writer.Float(f);
            writer.Double(d);
            writer.Bytes(y);
            writer.Bytes(Encoding.UTF8.GetBytes(s));
            writer.Fixed(x);
            writer.Index(e);
        }
    }

    private static async Task WriteTableAsync(Stream file, AvroCodec codec)
    {
        Column[] columns =
        [
            Column("id", ColumnType.Int64, required: true), Column("amount", ColumnType.Numeric) with { Precision = 12, Scale = 2 }, Column("ratio", ColumnType.Double), Column("flag", ColumnType.Boolean),
            Column("day", ColumnType.Date), Column("at", ColumnType.Timestamp), Column("clock", ColumnType.Time), Column("name"), Column("tags", ColumnType.Json),
        ];
        var writer = new AvroRowWriter(file, Identifier.Parse("everything"), columns, codec);
        writer.Begin(1);
        writer.Int64(1);
        writer.Numeric(123.45m);
        writer.Double(0.1);
        writer.Boolean(true);
        writer.Date(18938);
        writer.Timestamp(1636253322000000);
        writer.Time(10122123456);
        writer.Utf8("Bogotá"u8);
        writer.Json("""[1, {"a": null}]"""u8);
        writer.End();
        writer.Begin(2);
        writer.Int64(-1);
        for (var i = 1; i < columns.Length; i++) writer.Null();
        writer.End();
        await writer.CompleteAsync(default);
    }

    private async Task<string[]> ReadByAvscAsync(Func<Stream, Task> write)
    {
        await using (var file = File.Create(_folder["ours.avro"])) await write(file);
        return (await RunAsync("node", "interop.js", "read", "ours.avro")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: {errors}");
        return await output;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Landfall.Contracts;
using Landfall.Rows;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Rows;

/// <summary>
/// Whatever bytes a producer drops, a reader ends: with rows, or with a <see cref="RejectException"/>. Files of the kept corpus (<c>Corpus/&lt;format&gt;/</c>) are
/// broken in many ways from a seed; a file that once found something is kept there. LANDFALL_FUZZ_SECONDS gives it longer, LANDFALL_FUZZ_SEED another seed.
/// </summary>
public sealed class FuzzTests
{
    private static readonly string Corpus = Path.Combine(AppContext.BaseDirectory, "Rows", "Corpus");

    private static readonly byte[][] Tokens =
    [
        "\""u8.ToArray(), "\"\""u8.ToArray(), ","u8.ToArray(), "\n"u8.ToArray(), "\r"u8.ToArray(), "\r\n"u8.ToArray(), [0], [0xFF], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0x1f, 0x8b], [0xED, 0xA0, 0x80], "{"u8.ToArray(), "}"u8.ToArray(),
        "["u8.ToArray(), "]"u8.ToArray(), ":"u8.ToArray(), "\\ud800"u8.ToArray(), "\\u0000"u8.ToArray(), "null"u8.ToArray(), "1e999"u8.ToArray(), "-0"u8.ToArray(), "9223372036854775808"u8.ToArray(), "PK\u0003\u0004"u8.ToArray(), "Obj\u0001"u8.ToArray(),
        "<!DOCTYPE x [<!ENTITY a \"b\">]>&a;"u8.ToArray(), [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
    ];

    /// <summary>A column of each type, none required, so that a row can be good.</summary>
    private static readonly Column[] Columns =
    [
        Column("id", ColumnType.Int64), Column("name", pattern: "[^<]*"), Column("price", ColumnType.Numeric), Column("share", ColumnType.Double), Column("flag", ColumnType.Boolean),
        Column("day", ColumnType.Date), Column("at", ColumnType.Timestamp), Column("clock", ColumnType.Time), Column("doc", ColumnType.Json),
    ];

    public static TheoryData<FormatType> Formats { get; } = [.. Enum.GetValues<FormatType>().Where(f => Directory.Exists(Folder(f)))];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Broken_files_end_in_rows_or_in_a_reason(FormatType format)
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("LANDFALL_FUZZ_SECONDS") ?? "4", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("LANDFALL_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);
        var random = new Random(seed);
        var corpus = Directory.GetFiles(Folder(format)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        foreach (var whole in corpus) await ReadAsync(format, whole, "as it is kept");

        var (read, refused, inputs) = (0L, 0, 0);
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; inputs++)
        {
            var bytes = Inside(corpus, random) ?? Break(corpus, random);
            var rows = await ReadAsync(format, bytes, $"seed {seed}, input {inputs}");
            if (rows is null) refused++;
            else read += rows.Value;
        }
        inputs.ShouldBeGreaterThan(50);
        refused.ShouldBePositive("no input was refused: the mutations break nothing");
        read.ShouldBePositive("no row was read: the mutations break everything");
    }

    /// <returns>Rows read; null when the file was refused.</returns>
    private static async Task<long?> ReadAsync(FormatType format, byte[] bytes, string which)
    {
        var feed = Feed.Of([Table("fuzz", "rows", WriteMode.Append, 0, Columns) with { Section = format == FormatType.Xlsx ? new Section() : null }])[0];
        var started = Stopwatch.GetTimestamp();
        try
        {
            var (rows, rejects) = (0L, 0L);
            await using var reader = await RowReaders.OpenAsync(new MemoryStream(bytes), new FileFormat { Type = format }, feed, UnknownColumns.Discard, default);
            var header = await reader.ReadHeaderAsync(default);
            if (header is { Count: 0 }) return 0;
            var writer = new RecordingRowWriter();
            var binder = RowBinder.Create(feed, header, UnknownColumns.Discard, null);
            var last = 0L;
            while (await reader.ReadAsync(default))
            {
                rows++;
                reader.Position.ShouldBeGreaterThan(last);
                last = reader.Position;
                if (binder.Bind(reader, writer) is not { } reject) continue;
                rejects++;
                reject.Reason.ShouldNotBeNullOrWhiteSpace();
                _ = reader.Raw.Length;
            }
            (writer.Rows.Count + rejects).ShouldBe(rows);
            return rows;
        }
        catch (RejectException e)
        {
            e.Message.ShouldNotBeNullOrWhiteSpace();
            return null;
        }
        catch (Exception e)
        {
            var kept = Path.Combine(Path.GetTempPath(), $"landfall-fuzz-{format}-{Guid.NewGuid():N}");
            await File.WriteAllBytesAsync(kept, bytes);
            throw new InvalidOperationException($"{format} ({which}) threw what is no RejectException; the input is {kept}: keep it in Corpus/. {e.Message}", e);
        }
        finally
        {
            Stopwatch.GetElapsedTime(started).TotalSeconds.ShouldBeLessThan(5, $"{format} ({which})");
        }
    }

    /// <summary>Breaks what is packed, and packs it again: else hardly anything would come past the packing. Null for what is not packed, and now and then.</summary>
    private static byte[]? Inside(List<byte[]> corpus, Random random)
    {
        var bytes = corpus[random.Next(corpus.Count)];
        if (random.Next(4) == 0) return null;
        var packed = new MemoryStream();
        if (bytes is [0x1f, 0x8b, ..])
        {
            var whole = new MemoryStream();
            using (var gunzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress)) gunzip.CopyTo(whole);
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Break([whole.ToArray()], random));
            return packed.ToArray();
        }
        if (bytes is not [(byte)'P', (byte)'K', ..]) return null;
        using (var from = new ZipArchive(new MemoryStream(bytes)))
        using (var to = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            var chosen = random.Next(from.Entries.Count);
            foreach (var (index, entry) in from.Entries.Index())
            {
                var part = new MemoryStream();
                using (var stream = entry.Open()) stream.CopyTo(part);
                using var written = to.CreateEntry(entry.FullName, CompressionLevel.Fastest).Open();
                written.Write(index == chosen ? Break([part.ToArray()], random) : part.ToArray());
            }
        }
        return packed.ToArray();
    }

    private static byte[] Break(List<byte[]> corpus, Random random)
    {
        var bytes = new List<byte>(corpus[random.Next(corpus.Count)]);
        for (var n = random.Next(1, 6); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(bytes.Count - at, 1 << random.Next(0, 10));
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 5:
                    var other = corpus[random.Next(corpus.Count)];
                    bytes.InsertRange(at, other.Skip(random.Next(other.Length + 1)).Take(length));
                    break;
                default:
                    bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
            }
        }
        return [.. bytes];
    }

    private static string Folder(FormatType format) => Path.Combine(Corpus, format.ToString().ToLowerInvariant());
}

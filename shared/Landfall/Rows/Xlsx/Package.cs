using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Landfall.Rows.Xlsx;

/// <summary>The parts of a workbook: a zip archive (ECMA-376 part 2). Their names are compared without case.</summary>
internal sealed class Package : IDisposable
{
    private const uint EndSignature = 0x06054b50;
    private const uint EntrySignature = 0x02014b50;
    private const int EndLength = 22;
    private const int EntryLength = 46;

    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry?> _parts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Long parts that were read to their end once.</summary>
    private readonly HashSet<string> _counted = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="file">A zip archive, by its first bytes; disposed with the package.</param>
    public Package(FileStream file)
    {
        CheckDirectory(file);
        _archive = Try(() =>
        {
            file.Position = 0;
            return new ZipArchive(file, ZipArchiveMode.Read);
        });
        foreach (var entry in Try(() => _archive.Entries))
        {
            var name = entry.FullName.Replace('\\', '/').TrimStart('/');
            // Readers differ in which of two parts of one name they take.
            if (!_parts.TryAdd(name, entry)) _parts[name] = null;
        }
    }

    public IEnumerable<string> Parts => _parts.Keys;

    public bool Has(string part) => _parts.ContainsKey(part);

    /// <param name="limit">The most bytes it may inflate to.</param>
    public PartReader Open(string part, int limit, CancellationToken cancellationToken)
    {
        if (!_parts.TryGetValue(part, out var entry)) throw new RejectException($"the workbook lacks its part {Shown(part)}", "the file is damaged; open it in a spreadsheet and save it again as .xlsx", rule: "xlsx");
        if (entry is null) throw new RejectException($"the workbook has its part {Shown(part)} twice", "open it in a spreadsheet and save it again as .xlsx", rule: "xlsx");
        if (entry.IsEncrypted) throw new RejectException($"the workbook's part {Shown(part)} is encrypted", "save the workbook without a password", rule: "xlsx");
        // What the archive says of it is enough to refuse it; what it is, and does not say, is seen while it is read.
        PartStream.Check(entry, entry.Length, limit);
        // Whatever counts bytes and tags has counted them all before a parser meets the first: that takes a second for half a GiB, and a parser a minute.
        if (entry.Length > Limits.RatioFrom && _counted.Add(part))
        {
            using var whole = new PartStream(entry, Try(entry.Open), limit, cancellationToken);
            Try(() =>
            {
                whole.CopyTo(Stream.Null);
                return whole;
            });
        }
        return new(new PartStream(entry, Try(entry.Open), limit, cancellationToken), part);
    }

    /// <summary>A name out of the file for people and databases.</summary>
    public static string Shown(string name)
    {
        var shown = new StringBuilder();
        foreach (var rune in name.EnumerateRunes().Take(60)) shown.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        return shown.ToString();
    }

    public void Dispose() => _archive.Dispose();

    /// <summary>Walks the archive's list of parts before .NET does, which would make an object of each, however many there are.</summary>
    private static void CheckDirectory(FileStream file)
    {
        var tail = new byte[(int)Math.Min(file.Length, EndLength + ushort.MaxValue)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var end = -1;
        for (var i = tail.Length - EndLength; i >= 0 && end < 0; i--) end = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(i)) == EndSignature ? i : -1;
        if (end < 0) throw Damaged("its list of parts is missing");

        int count = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10));
        long start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        var stop = file.Length - tail.Length + end;
        if (count > Limits.Entries || start == uint.MaxValue) throw TooMany();
        if (start > stop) throw Damaged("its list of parts is not where it should be");
        if (stop - start > Limits.Directory) throw TooMany();
        var directory = new byte[stop - start];
        file.Position = start;
        file.ReadExactly(directory);
        var found = 0;
        for (var at = 0; at + EntryLength <= directory.Length && BinaryPrimitives.ReadUInt32LittleEndian(directory.AsSpan(at)) == EntrySignature; found++)
        {
            var entry = directory.AsSpan(at);
            at += EntryLength + BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
        }
        if (found > Limits.Entries) throw TooMany();
        if (found != count) throw Damaged("its list of parts is incomplete");

        static RejectException TooMany() => new($"the zip archive has more than {Limits.Entries} parts or is of a kind that workbooks are not", "open it in a spreadsheet and save it again as .xlsx", rule: "xlsx");
    }

    private static RejectException Damaged(string what, Exception? inner = null) =>
        new($"the workbook can not be opened as a zip archive: {what}", "was the file cut short? Drop it again", rule: "xlsx", inner: inner);

    private static T Try<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException or EndOfStreamException)
        {
            throw Damaged("it is damaged, or compressed in a way that workbooks are not", e);
        }
    }
}

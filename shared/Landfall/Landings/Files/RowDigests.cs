using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Landings.Files;

/// <summary>
/// Takes the rows of a feed, and keeps of each where it is and, for every set of columns that a rule compares, 128 bits of a SHA-256: equal where the warehouse takes the values for equal.
/// Where no rule compares rows it keeps nothing.
/// </summary>
internal sealed class RowDigests : ValueWriter
{
    private readonly List<(int[] Places, List<UInt128> Digests)> _sets = [];
    private readonly CanonicalValues _values = new();
    private readonly ArrayBufferWriter<byte> _framed = new(1024);
    private readonly List<(int From, int Length)> _cells = [];
    private long _line;

    public RowDigests(Feed feed, Contract contract)
    {
        Feed = feed;
        foreach (var table in feed.Tables)
        {
            if (table.Key.Count > 0)
            {
                Keep(Places(table, table.Key));
                Keep(Places(table, table.Columns));
            }
            foreach (var rule in table.Quality.Where(CheckQuality.Knows))
            {
                if (rule.Columns.Count > 0) Keep(Places(table, rule.Columns));
                foreach (var column in rule.Columns) Keep(Places(table, [column]));
            }
            foreach (var column in table.Columns.Where(column => column.Unique)) Keep(Places(table, [column]));
            foreach (var relationship in table.Relationships.Where(relationship => relationship.ParentContract == contract.Id)) Keep(Places(table, [relationship.Column]));
            foreach (var parent in contract.Tables.SelectMany(other => other.Relationships).Where(relationship => relationship.ParentSchema == table.Schema && relationship.ParentTable == table.Name))
                Keep(Places(table, [.. table.Columns.Where(column => column.Name == parent.ParentColumn)]));
        }
        if (feed.Tables.All(table => table.Key.Count > 0)) Keep([.. Enumerable.Range(0, feed.Columns.Count)]);
    }

    public Feed Feed { get; }

    /// <summary>What takes the rows.</summary>
    public IRowWriter Writer => _sets.Count > 0 ? this : new Uncompared(this);

    /// <summary>Rows, whether anything is kept of them or not.</summary>
    public long Rows { get; private set; }

    /// <summary>Each row's <see cref="IRowReader.Position"/>, ascending.</summary>
    public List<long> Positions { get; } = [];

    /// <summary>What stands for NULL where one column is compared: two NULLs are not equal.</summary>
    public static UInt128 Nothing { get; } = UInt128.MaxValue;

    /// <summary>The digest of a text, where one column is compared.</summary>
    public static UInt128 OfText(string text)
    {
        var values = new CanonicalValues();
        var framed = new ArrayBufferWriter<byte>();
        Frame(values.Span(values.Utf8(Encoding.UTF8.GetBytes(text))), framed);
        return Digest(framed.WrittenSpan);
    }

    /// <summary>Where columns of a table are among the feed's.</summary>
    public int[] Places(Table table, IEnumerable<Column> columns)
    {
        var from = Feed.Tables.TakeWhile(other => other != table).Sum(other => other.Columns.Count);
        var own = table.Columns.ToList();
        return [.. columns.Select(column => from + own.FindIndex(other => other.Name == column.Name))];
    }

    /// <summary>The digests of a set of columns, a row each.</summary>
    public List<UInt128> Of(int[] places) => _sets.First(set => set.Places.AsSpan().SequenceEqual(places)).Digests;

    public override void Begin(long line)
    {
        _line = line;
        _values.Clear();
        _cells.Clear();
    }

    public override void End()
    {
        Rows++;
        Positions.Add(_line);
        foreach (var (places, digests) in _sets) digests.Add(Digest(places));
    }

    public override void Null() => Add(_values.Null());

    public override void Int64(long value) => Add(_values.Int64(value));

    public override void Double(double value) => Add(_values.Double(value));

    public override void Numeric(decimal value) => Add(_values.Numeric(value));

    public override void Boolean(bool value) => Add(_values.Int64(value ? 1 : 0));

    public override void Date(int days) => Add(_values.Int64(days));

    public override void Timestamp(long microseconds) => Add(_values.Int64(microseconds));

    public override void Time(long microseconds) => Add(_values.Int64(microseconds));

    public override void Utf8(ReadOnlySpan<byte> value) => Add(_values.Utf8(value));

    public override void Json(ReadOnlySpan<byte> value) => Add(_values.Json(value));

    private void Add((int, int) cell) => _cells.Add(cell);

    private void Keep(int[] places)
    {
        if (!_sets.Exists(set => set.Places.AsSpan().SequenceEqual(places))) _sets.Add((places, []));
    }

    private UInt128 Digest(int[] places)
    {
        // Of one column, the rules are about values; of several, NULL is as good as any.
        if (places is [var only] && CanonicalValues.IsNull(_cells[only])) return Nothing;
        _framed.ResetWrittenCount();
        foreach (var place in places) Frame(_values.Span(_cells[place]), _framed);
        return Digest(_framed.WrittenSpan);
    }

    /// <summary>Where no rule compares rows, they are counted.</summary>
    private sealed class Uncompared(RowDigests feed) : NoRow
    {
        public override void End() => feed.Rows++;
    }

    /// <summary>A value with its length before it: what stands in two columns is not taken for the same in one.</summary>
    private static void Frame(ReadOnlySpan<byte> value, ArrayBufferWriter<byte> framed)
    {
        BinaryPrimitives.WriteInt32LittleEndian(framed.GetSpan(4), value.Length);
        framed.Advance(4);
        framed.Write(value);
    }

    private static UInt128 Digest(ReadOnlySpan<byte> framed)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(framed, digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}

using System.Buffers.Binary;
using System.Text.Unicode;

namespace Landfall.Avro;

/// <summary>
/// Reads the values of one record, in the schema's order, from its block's bytes (https://avro.apache.org/docs/1.12.0/specification/#binary-encoding). No
/// value becomes an object; spans are valid until the reader's next read. Whatever the bytes are, every member throws a <see cref="RejectException"/> at
/// most: rule <c>avro</c>, line = the record's number.
/// </summary>
public ref struct AvroCursor
{
    private const string Damaged = "the file is damaged, or its writer does not keep to Avro's specification; write it again";

    private const int TextBytesPerValue = 64;

    private readonly ReadOnlySpan<byte> _block;
    private readonly long _blockNumber;
    private readonly long _record;
    private int _depth;

    internal AvroCursor(ReadOnlySpan<byte> block, int position, long values, long blockNumber, long record)
    {
        _block = block;
        _blockNumber = blockNumber;
        _record = record;
        Position = position;
        Values = values;
    }

    /// <summary>Where in the block the next value starts.</summary>
    public int Position { get; private set; }

    /// <summary>How many values may still be read: see <see cref="AvroLimits.ValuesPerByte"/>.</summary>
    internal long Values { get; private set; }

    /// <summary>An int or a long; the codes of both are the same.</summary>
    public long Long()
    {
        var at = Position;
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (at == _block.Length) throw Short();
            var b = _block[at++];
            // The tenth byte has room for one bit.
            if (shift == 63 && b > 1) break;
            value |= (ulong)(b & 0x7F) << shift;
            if (b >= 0x80) continue;
            Position = at;
            return (long)(value >> 1) ^ -(long)(value & 1);
        }
        throw Fault("a whole number is longer than 64 bits");
    }

    public int Int() => Long() is var value && value == (int)value ? (int)value : throw Fault("an int is longer than 32 bits");

    public bool Boolean() => Take(1)[0] switch { 0 => false, 1 => true, _ => throw Fault("a boolean is neither 0 nor 1") };

    public float Float() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public ReadOnlySpan<byte> Bytes() => Take(Long());

    /// <summary>Valid UTF-8: without it the file is refused, because Avro has no checksum and this is where damage shows.</summary>
    public ReadOnlySpan<byte> String() => Take(Long()) is var text && Utf8.IsValid(text) ? text : throw Fault("a string is not UTF-8");

    public ReadOnlySpan<byte> Fixed(AvroSchema schema) => Take(schema.Size);

    /// <summary>The type of the value that follows.</summary>
    public AvroSchema Branch(AvroSchema union)
    {
        var index = Long();
        return index >= 0 && index < union.Branches.Length ? union.Branches[(int)index] : throw Fault($"a union of {union.Branches.Length} types holds one of another number");
    }

    /// <summary>The symbol, in UTF-8.</summary>
    public ReadOnlySpan<byte> Symbol(AvroSchema enumeration)
    {
        var index = Long();
        if (index < 0 || index >= enumeration.Symbols.Length) throw Fault($"an enum of {enumeration.Symbols.Length} symbols holds one of another number");
        var symbol = enumeration.Symbols[(int)index].Span;
        SpendText(symbol.Length);
        return symbol;
    }

    /// <summary>How many items of an array or a map follow; then this is to be called again, until it is 0. An item of a map is a string and a value.</summary>
    public long Items()
    {
        var count = Long();
        if (count < 0)
        {
            if (count == long.MinValue) throw Fault("an array or a map has less than no items");
            count = -count;
            // Their size in bytes: for readers that pass over them.
            var size = Long();
            if (size < 0 || size > _block.Length - Position) throw Short();
        }
        // More items than bytes can only be items that take none.
        if (count > _block.Length - Position) Spend(count);
        return count;
    }

    /// <summary>Before the fields of a record, the items of an array or a map.</summary>
    public void Enter()
    {
        if (++_depth > AvroLimits.Depth) throw Fault($"its values lie more than {AvroLimits.Depth} deep in each other", "write flatter records; a linked list is better an array");
    }

    /// <summary>After what <see cref="Enter"/> stood before.</summary>
    public void Leave() => _depth--;

    /// <summary>Counts values that are about to be read, which a few bytes could hold without number.</summary>
    internal void Spend(long values)
    {
        Values -= values;
        if (Values < 0) throw Fault("it says it holds far more values than its bytes can be");
    }

    /// <summary>Counts text of the schema that a value of few bytes turns into.</summary>
    internal void SpendText(int bytes) => Spend(bytes / TextBytesPerValue);

    /// <summary>Passes over a value.</summary>
    public void Skip(AvroSchema schema)
    {
        Spend(1);
        switch (schema.Kind)
        {
            case AvroKind.Null: break;
            case AvroKind.Boolean: Boolean(); break;
            case AvroKind.Int or AvroKind.Long or AvroKind.Enum: Long(); break;
            case AvroKind.Float: Take(4); break;
            case AvroKind.Double: Take(8); break;
            case AvroKind.Bytes or AvroKind.String: Bytes(); break;
            case AvroKind.Fixed: Take(schema.Size); break;
            case AvroKind.Union: Skip(Branch(schema)); break;
            case AvroKind.Record:
                Enter();
                foreach (var field in schema.Fields) Skip(field.Schema);
                Leave();
                break;
            default:
                Enter();
                for (var count = Items(); count > 0; count = Items())
                {
                    for (; count > 0; count--)
                    {
                        if (schema.Kind == AvroKind.Map) Bytes();
                        Skip(schema.Items!);
                    }
                }
                Leave();
                break;
        }
    }

    internal readonly RejectException Fault(string what, string hint = Damaged) => new($"block {_blockNumber}, record {_record}: {what}", hint, _record, rule: "avro");

    private readonly RejectException Short() => Fault("a value is longer than what is left of its block");

    private ReadOnlySpan<byte> Take(long length)
    {
        if (length < 0) throw Fault("a value has a negative length");
        if (length > _block.Length - Position) throw Short();
        var value = _block.Slice(Position, (int)length);
        Position += (int)length;
        return value;
    }
}

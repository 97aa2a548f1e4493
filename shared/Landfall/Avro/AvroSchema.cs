using System.Collections.Immutable;

namespace Landfall.Avro;

/// <summary>A type of a file. Where a name refers to a type, the very same instance stands: a recursive record contains itself.</summary>
public sealed class AvroSchema
{
    internal AvroSchema(AvroKind kind) => Kind = kind;

    public AvroKind Kind { get; }

    public AvroLogicalType Logical { get; internal init; }

    /// <summary>Namespace and name of a record, an enum or a fixed; null for the others.</summary>
    public string? Name { get; internal init; }

    /// <summary>Bytes of a fixed.</summary>
    public int Size { get; internal init; }

    /// <summary>Digits of a <see cref="AvroLogicalType.Decimal"/>, 1…<see cref="AvroLimits.Precision"/>.</summary>
    public int Precision { get; internal init; }

    /// <summary>Digits behind the point of a <see cref="AvroLogicalType.Decimal"/>, 0…<see cref="Precision"/>.</summary>
    public int Scale { get; internal init; }

    /// <summary>Of a record, in the order in which they are written.</summary>
    public ImmutableArray<AvroField> Fields { get; internal set; } = [];

    /// <summary>The items of an array, the values of a map; null for the others.</summary>
    public AvroSchema? Items { get; internal init; }

    /// <summary>Of a union; none of them is a union.</summary>
    public ImmutableArray<AvroSchema> Branches { get; internal init; } = [];

    /// <summary>Whether a union is more than one type and null.</summary>
    internal bool HasSeveralTypes => Branches.Length > 2 || (Branches.Length == 2 && Branches[0].Kind != AvroKind.Null && Branches[1].Kind != AvroKind.Null);

    /// <summary>Of an enum, in UTF-8.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Symbols { get; internal init; } = [];

    /// <summary>Reads a schema as a file's header has it.</summary>
    /// <param name="json">JSON in UTF-8.</param>
    /// <exception cref="RejectException">It is no schema: rule <c>avro</c>.</exception>
    public static AvroSchema Parse(ReadOnlyMemory<byte> json) => AvroSchemaParser.Parse(json);

    public override string ToString() => Name ?? $"{Kind}";
}

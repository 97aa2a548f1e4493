namespace Landfall.Avro;

/// <summary>The types of https://avro.apache.org/docs/1.12.0/specification/#schema-declaration.</summary>
public enum AvroKind
{
    Null,

    Boolean,

    /// <summary>32 bits.</summary>
    Int,

    /// <summary>64 bits.</summary>
    Long,

    /// <summary>IEEE 754, 32 bits.</summary>
    Float,

    /// <summary>IEEE 754, 64 bits.</summary>
    Double,

    Bytes,

    /// <summary>UTF-8.</summary>
    String,

    /// <summary>As many bytes as <see cref="AvroSchema.Size"/> says.</summary>
    Fixed,

    Enum,

    Array,

    /// <summary>The keys are strings.</summary>
    Map,

    Record,

    Union,
}

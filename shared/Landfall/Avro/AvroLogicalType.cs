namespace Landfall.Avro;

/// <summary>
/// What a type stands for (https://avro.apache.org/docs/1.12.0/specification/#logical-types). A logical type that is unknown, or on a type it does not
/// fit, is passed over, as the specification asks.
/// </summary>
public enum AvroLogicalType
{
    None,

    /// <summary>On bytes or fixed: a big-endian two's-complement number of <see cref="AvroSchema.Precision"/> digits, <see cref="AvroSchema.Scale"/> of them behind the point.</summary>
    Decimal,

    /// <summary>On int: days since 1970-01-01.</summary>
    Date,

    /// <summary>On int: milliseconds since midnight.</summary>
    TimeMillis,

    /// <summary>On long: microseconds since midnight.</summary>
    TimeMicros,

    /// <summary>On long: milliseconds since 1970-01-01T00:00:00Z.</summary>
    TimestampMillis,

    /// <summary>On long: microseconds since 1970-01-01T00:00:00Z.</summary>
    TimestampMicros,

    /// <summary>On long: nanoseconds since 1970-01-01T00:00:00Z.</summary>
    TimestampNanos,

    /// <summary>On long: milliseconds since 1970-01-01T00:00:00 of no time zone.</summary>
    LocalTimestampMillis,

    /// <summary>On long: microseconds since 1970-01-01T00:00:00 of no time zone.</summary>
    LocalTimestampMicros,

    /// <summary>On long: nanoseconds since 1970-01-01T00:00:00 of no time zone.</summary>
    LocalTimestampNanos,

    /// <summary>On string, or on fixed of 16 bytes (RFC 4122).</summary>
    Uuid,
}

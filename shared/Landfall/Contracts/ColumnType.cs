namespace Landfall.Contracts;

/// <summary>What a cell becomes. The comment names the type in Postgres.</summary>
public enum ColumnType
{
    /// <summary>text</summary>
    Text,

    /// <summary>bigint</summary>
    Int64,

    /// <summary>numeric, of the precision and scale in <see cref="Column.Precision"/> and <see cref="Column.Scale"/> when given</summary>
    Numeric,

    /// <summary>double precision</summary>
    Double,

    /// <summary>boolean</summary>
    Boolean,

    /// <summary>date</summary>
    Date,

    /// <summary>timestamptz, in microseconds</summary>
    Timestamp,

    /// <summary>time, in microseconds</summary>
    Time,

    /// <summary>jsonb: the value of ODCS' <c>object</c> and <c>array</c></summary>
    Json,
}

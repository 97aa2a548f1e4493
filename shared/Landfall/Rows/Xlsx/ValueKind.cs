namespace Landfall.Rows.Xlsx;

/// <summary>What a cell holds.</summary>
internal enum ValueKind
{
    Blank,
    Text,
    Number,
    Boolean,

    /// <summary>A date or time in ISO 8601, as strict workbooks have it.</summary>
    IsoDate,

    /// <summary>Something that has no value where its kind has it: a formula that was never calculated.</summary>
    Lost,

    /// <summary>What a formula ended with instead of a value: <c>#N/A</c>.</summary>
    Error,
}

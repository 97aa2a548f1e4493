namespace Landfall.Rows.Xlsx;

/// <summary>What a number means, by the format it is shown in.</summary>
internal enum NumberFormat : byte
{
    /// <summary>A number.</summary>
    General,

    /// <summary>Days since the workbook's epoch, shown as a date.</summary>
    Date,

    /// <summary>The same, shown as a date and a time of day.</summary>
    DateTime,

    /// <summary>The same, shown as a time of day.</summary>
    Time,

    /// <summary>Days that are a duration: <c>[h]:mm</c>.</summary>
    Elapsed,
}

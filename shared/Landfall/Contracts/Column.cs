using System.Text.RegularExpressions;

namespace Landfall.Contracts;

/// <summary>A column of a table and every rule a cell must pass to stand in it: one entry of ODCS <c>properties[]</c>.</summary>
public sealed record Column
{
    public required Identifier Name { get; init; }

    public required ColumnType Type { get; init; }

    /// <summary>The file's column it reads, by name; <see cref="DateSource"/> for the date in the object's name.</summary>
    public required string Source { get; init; }

    /// <summary>The <see cref="Source"/> that means the <c>{date}</c> of the object's name.</summary>
    public const string DateSource = "{date}";

    public string? Description { get; init; }

    /// <summary>ODCS <c>classification</c>, as written: <c>restricted</c>, <c>confidential</c>…; null for none.</summary>
    public string? Classification { get; init; }

    /// <summary>An empty cell is a reject instead of a NULL. Always set for key columns.</summary>
    public bool Required { get; init; }

    /// <summary>No value may stand twice in the table.</summary>
    public bool Unique { get; init; }

    /// <summary>Total digits of a <see cref="ColumnType.Numeric"/>, 1…28; null for any.</summary>
    public int? Precision { get; init; }

    /// <summary>Digits after the point of a <see cref="ColumnType.Numeric"/>; more are a reject, never rounded. Null for any. Without a precision it is the 9 of BigQuery's NUMERIC.</summary>
    public int? Scale { get; init; }

    /// <summary>Unicode characters, inclusive; null for none.</summary>
    public int? MinLength { get; init; }

    /// <summary>Unicode characters, inclusive; null for none.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Most bytes of a text that is part of a key or unique: an index of Postgres takes 2,704 a row. Null for none.</summary>
    public int? MaxBytes { get; init; }

    /// <summary>Matches the whole value (it is compiled between \A and \z) and can not backtrack; null for none.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>The pattern as the contract writes it, for messages.</summary>
    public string? PatternText { get; init; }

    /// <summary>Lower bound of a number, or null.</summary>
    public Bound? Minimum { get; init; }

    /// <summary>Upper bound of a number, or null.</summary>
    public Bound? Maximum { get; init; }

    /// <summary>Whether a number can be too small or too great.</summary>
    internal bool HasBounds => Minimum is not null || Maximum is not null;

    /// <summary>How a date or time is written (the letters of .NET and of Java's DateTimeFormatter, which agree here), or null for ISO 8601.</summary>
    public string? Format { get; init; }

    /// <summary><c>lpad(column, n, 'c')</c>: the length to pad to on the left, and with what; null for none.</summary>
    public Padding? Pad { get; init; }

    public override string ToString() => Name.ToString();
}

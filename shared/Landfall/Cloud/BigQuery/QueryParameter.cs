namespace Landfall.Cloud;

/// <summary>
/// A typed, named parameter of a query. Values are BigQuery's own text for them: integers in decimal, <c>2024-01-05</c>, <c>2024-01-05 06:00:00.123456+00:00</c>,
/// <c>true</c>.
/// </summary>
public sealed record QueryParameter
{
    private QueryParameter(string name) => Name = name;

    /// <summary>Without the <c>@</c>.</summary>
    public string Name { get; }

    /// <summary>The type of a scalar, or of an array's elements; null for an array of rows.</summary>
    public string? Type { get; private init; }

    public bool IsArray { get; private init; }

    /// <summary>The one value of a scalar, the elements of an array; null elements are NULL in a scalar only.</summary>
    public IReadOnlyList<string?> Values { get; private init; } = [];

    /// <summary>The fields of an array of rows: names and types; empty for anything else.</summary>
    public IReadOnlyList<TableField> Fields { get; private init; } = [];

    /// <summary>The rows of an array of rows; null is NULL.</summary>
    public IReadOnlyList<IReadOnlyList<string?>> Rows { get; private init; } = [];

    public static QueryParameter Scalar(string name, string type, string? value) => new(name) { Type = type, Values = [value] };

    public static QueryParameter Array(string name, string type, IEnumerable<string> values) => new(name) { Type = type, IsArray = true, Values = [.. values] };

    /// <summary>An <c>ARRAY&lt;STRUCT&lt;…&gt;&gt;</c>, for <c>UNNEST(@name)</c>.</summary>
    public static QueryParameter Table(string name, IReadOnlyList<TableField> fields, IEnumerable<IReadOnlyList<string?>> rows) =>
        new(name) { IsArray = true, Fields = fields, Rows = [.. rows] };
}

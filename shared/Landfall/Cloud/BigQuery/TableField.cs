namespace Landfall.Cloud;

/// <summary>A column of a table, or of a query's answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">As GoogleSQL calls it: <c>STRING</c>, <c>INT64</c>, <c>FLOAT64</c>, <c>BOOL</c>, <c>NUMERIC</c>… The service's older names (<c>INTEGER</c>, <c>FLOAT</c>, <c>BOOLEAN</c>) are read as these.</param>
/// <param name="Required">Whether NULL is refused.</param>
public sealed record TableField(string Name, string Type, bool Required = false)
{
    /// <summary>Digits of a <c>NUMERIC(p,s)</c>; null for the type's own.</summary>
    public int? Precision { get; init; }

    /// <summary>Digits behind the point; null for the type's own.</summary>
    public int? Scale { get; init; }

    public string? Description { get; init; }

    /// <summary>The full names of policy tags; empty for none.</summary>
    public IReadOnlyList<string> PolicyTags { get; init; } = [];

    /// <summary>What a type is called here.</summary>
    /// <param name="type">As the service calls it.</param>
    /// <param name="mode">The field's mode, or null: an array must not pass for a column of its elements.</param>
    internal static string TypeOf(string type, string? mode)
    {
        var element = type switch
        {
            "INTEGER" => "INT64",
            "FLOAT" => "FLOAT64",
            "BOOLEAN" => "BOOL",
            "RECORD" => "STRUCT",
            _ => type,
        };
        return mode == "REPEATED" ? $"ARRAY<{element}>" : element;
    }
}

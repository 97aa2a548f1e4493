namespace Landfall.Cloud;

/// <summary>A query, or a script of several statements, in GoogleSQL.</summary>
/// <param name="Sql">Its text.</param>
public sealed record QueryRequest(string Sql)
{
    public IReadOnlyList<QueryParameter> Parameters { get; init; } = [];

    /// <summary>For the bill: which contract it was for.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

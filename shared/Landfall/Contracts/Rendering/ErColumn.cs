namespace Landfall.Contracts.Rendering;

/// <summary>A row of a box.</summary>
/// <param name="IsKey">Whether it belongs to the primary key.</param>
/// <param name="IsReference">Whether it refers to another table.</param>
/// <param name="IsUnique">Whether no value may stand twice.</param>
public sealed record ErColumn(string Name, string Type, string? Description, bool IsKey, bool IsReference, bool IsUnique)
{
    /// <summary><c>PK</c>, <c>FK</c> and <c>UK</c>, those that hold.</summary>
    public IEnumerable<string> Marks
    {
        get
        {
            if (IsKey) yield return "PK";
            if (IsReference) yield return "FK";
            if (IsUnique) yield return "UK";
        }
    }
}

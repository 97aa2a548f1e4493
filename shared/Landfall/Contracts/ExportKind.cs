namespace Landfall.Contracts;

/// <summary>A system whose data the house itself brings.</summary>
public enum ExportKind
{
    /// <summary>The customers of a Bloomreach Engagement project.</summary>
    Bloomreach,
}

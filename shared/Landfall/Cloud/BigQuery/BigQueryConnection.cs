namespace Landfall.Cloud;

/// <summary>
/// A connection of BigQuery's to Cloud Storage: whoever may read a table that was made with it needs no access to the bucket
/// (https://cloud.google.com/bigquery/docs/biglake-intro).
/// </summary>
/// <param name="Project">Whose it is; null for the project of the table.</param>
/// <param name="Location"><c>eu</c>, <c>europe-west1</c>…</param>
/// <param name="Id">Its name there.</param>
public sealed record BigQueryConnection(string? Project, string Location, string Id)
{
    /// <summary>Reads <c>location.id</c>, <c>project.location.id</c> or <c>projects/…/locations/…/connections/…</c>; null for anything else.</summary>
    public static BigQueryConnection? TryParse(string? text)
    {
        (string Project, string Location, string Id) parts = text?.Split('/') switch
        {
            ["projects", { Length: > 0 } project, "locations", var location, "connections", var id] => (project, location, id),
            [var dotted] when dotted.Split('.') is [.. var project, var location, var id] => (string.Join('.', project), location, id),
            _ => ("", "", ""),
        };
        if (parts.Location.Length == 0 || parts.Id.Length == 0 || !parts.Location.All(IsName) || !parts.Id.All(IsName)) return null;
        // The project of an organisation's domain has a dot and a colon in its id.
        return parts.Project.All(c => IsName(c) || c is '.' or ':') ? new(parts.Project.Length == 0 ? null : parts.Project, parts.Location, parts.Id) : null;
    }

    /// <summary>Whether both may be the same one: BigQuery answers with the number of a project where its id was asked for.</summary>
    public static bool AreSame(BigQueryConnection? one, BigQueryConnection? other) =>
        one is null ? other is null : string.Equals(one.Location, other?.Location, StringComparison.OrdinalIgnoreCase) && one.Id == other?.Id;

    /// <summary><c>projects/…/locations/…/connections/…</c></summary>
    /// <param name="project">Of the table.</param>
    public string Path(string project) => $"projects/{Project ?? project}/locations/{Location}/connections/{Id}";

    /// <summary><c>location.id</c>, with its project before it if it says one: as it stands in GoogleSQL.</summary>
    public override string ToString() => Project is null ? $"{Location}.{Id}" : $"{Project}.{Location}.{Id}";

    private static bool IsName(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}

namespace Landfall.Local.BigQuery.Rest;

/// <summary>
/// BigQuery's own description of its API, which <c>bq</c> asks of every server but Google's before anything else. It is Google's, and lies on the machine of whoever has
/// <c>bq</c>: from there it is served.
/// </summary>
internal static class Discovery
{
    private const string BesidePrograms = "../platform/bq/discovery_next/bigquery.json";

    /// <returns>The file; null when no Google Cloud SDK is on the PATH.</returns>
    public static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => new FileInfo(Path.Combine(folder, "bq")))
        .Where(program => program.Exists)
        .Select(program => program.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? program.FullName)
        .Select(program => Path.GetFullPath(BesidePrograms, Path.GetDirectoryName(program)!))
        .FirstOrDefault(File.Exists);
}

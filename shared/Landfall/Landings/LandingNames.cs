using Landfall.Cloud;

namespace Landfall.Landings;

/// <summary>
/// How the objects that belong to a source are named: readable at the front, unique by the landing id behind. Never the source's own name whole, which may
/// be 1,024 bytes of anything.
/// </summary>
internal static class LandingNames
{
    /// <summary>The bucket of receipts.</summary>
    public const string Receipts = "receipts";

    /// <summary>The bucket of quarantined rows.</summary>
    public const string Rejects = "rejects";

    /// <summary>The one receipt of a source, whoever writes it.</summary>
    public static string Receipt(string folder, StoredObject version) => $"{folder}/{Stem(version)}.json";

    /// <summary>The rejects of one attempt: an attempt that lost must not touch those of the one that won.</summary>
    public static string RejectedRows(string folder, StoredObject version, Guid attempt) => $"{folder}/{Stem(version)}/{attempt:N}.csv";

    /// <summary>The copy of a refused source.</summary>
    public static string RefusedSource(string folder, StoredObject version, Guid attempt) => $"{folder}/{Stem(version)}/{attempt:N}.source";

    /// <summary>Among the receipts, that a job lands a source: what begins with "_" is the house's own memory.</summary>
    public static string HandedOver(string folder, StoredObject version) => $"_jobs/{folder}/{Stem(version)}.json";

    /// <summary>Whether it is a part of a large file, which gcloud sends as objects of their own, joins, and deletes (https://cloud.google.com/storage/docs/parallel-composite-uploads).</summary>
    public static bool IsUploadPart(string name) => name.StartsWith("gcloud/tmp/parallel_composite_uploads/", StringComparison.Ordinal);

    private static string Stem(StoredObject version)
    {
        var file = version.Name[(version.Name.LastIndexOf('/') + 1)..];
        var safe = string.Concat(file.Take(80).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_')).TrimStart('.');
        return $"{safe}.{version.LandingId:x16}";
    }
}

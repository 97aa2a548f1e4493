using System.Globalization;
using Landfall.Contracts;

namespace Landfall.Backups;

/// <summary>How backups are named: <c>schema.table/yyyyMMdd'T'HHmmss.fff'Z'.avro</c> in the bucket <c>backups</c>, so that the last by name is the newest.</summary>
internal static class BackupNames
{
    /// <summary>The bucket, without the deployment's prefix.</summary>
    public const string Bucket = "backups";

    public const string ContentType = "avro/binary";

    private const string Format = "yyyyMMdd'T'HHmmss.fff'Z'", Ending = ".avro";

    public static string Folder(Table table) => $"{table}/";

    public static string Of(Table table, DateTimeOffset time) => $"{table}/{time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)}{Ending}";

    /// <summary>What a backup is made of, while it is made.</summary>
    public static string Part(string name, Guid attempt, string what) => $"{name}.{attempt:N}.{what}";

    public static bool IsPart(string name) => name.EndsWith(".head", StringComparison.Ordinal) || name.EndsWith(".rows", StringComparison.Ordinal);

    /// <summary>When a backup was made, by its name; null for what is none.</summary>
    public static DateTimeOffset? Time(string name) =>
        name.EndsWith(Ending, StringComparison.Ordinal)
        && DateTimeOffset.TryParseExact(
            name.AsSpan(name.LastIndexOf('/') + 1)[..^Ending.Length], Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : null;

    /// <summary>The object that a person means by a backup's name: a time alone, the object's name, or its <c>gs://</c> address.</summary>
    /// <param name="backup">What the person says.</param>
    /// <param name="table">Whose it is, when only a time is said.</param>
    /// <param name="bucket">The bucket's full name.</param>
    /// <returns>Null when no backup can have the name.</returns>
    public static string? Find(string backup, Table table, string bucket)
    {
        var scheme = $"gs://{bucket}/";
        var name = backup.StartsWith(scheme, StringComparison.Ordinal) ? backup[scheme.Length..] : backup;
        if (!name.EndsWith(Ending, StringComparison.Ordinal)) name += Ending;
        if (!name.Contains('/', StringComparison.Ordinal)) name = Folder(table) + name;
        return name.Length <= 1024 && Time(name) is not null ? name : null;
    }
}

using System.Globalization;
using Landfall.Hosting;

namespace Landfall.Local;

/// <summary>What a function that is a process of its own is set to, as its environment.</summary>
internal static class FunctionVariables
{
    public static Dictionary<string, string> Of(Settings settings) => new()
    {
        ["LANDFALL_POSTGRES"] = settings.Postgres!,
        ["LANDFALL_STORAGE_ENDPOINT"] = settings.StorageEndpoint.AbsoluteUri.TrimEnd('/'),
        ["LANDFALL_BIGQUERY_ENDPOINT"] = settings.BigQueryEndpoint.AbsoluteUri.TrimEnd('/'),
        ["LANDFALL_PUBSUB_ENDPOINT"] = settings.PubSubEndpoint.AbsoluteUri.TrimEnd('/'),
        ["LANDFALL_LANDINGS_TOPIC"] = settings.LandingsTopic!,
        ["LANDFALL_OPENLINEAGE"] = settings.OpenLineage ?? "",
        ["LANDFALL_BLOOMREACH_URL"] = settings.BloomreachUrl!.AbsoluteUri,
        ["LANDFALL_BLOOMREACH_PROJECT"] = settings.BloomreachProject!,
        ["LANDFALL_BLOOMREACH_KEY"] = settings.BloomreachKey!,
        ["LANDFALL_BLOOMREACH_SECRET"] = settings.BloomreachSecret!,
        ["GOOGLE_CLOUD_PROJECT"] = settings.Project!,
        ["LANDFALL_FETCH_MIRROR"] = settings.FetchMirror!.AbsoluteUri,
        ["LANDFALL_BACKUP_RETENTION_DAYS"] = Whole(settings.BackupRetention.TotalDays),
        ["LANDFALL_RECONCILE_GRACE_MINUTES"] = Whole(settings.ReconcileGrace.TotalMinutes), ["LANDFALL_WAITING_MINUTES"] = Whole(settings.Waiting.TotalMinutes),
        ["LANDFALL_REJECTS_RETENTION_DAYS"] = Whole(settings.RejectsRetention.TotalDays), ["LANDFALL_RECEIPTS_RETENTION_DAYS"] = Whole(settings.ReceiptsRetention.TotalDays),
        ["LANDFALL_EXPORTS_RETENTION_DAYS"] = Whole(settings.ExportsRetention.TotalDays), ["LANDFALL_DEAD_LETTERS"] = settings.DeadLetters,
        ["LANDFALL_CONTRACTS"] = Path.GetFullPath(settings.Contracts),
        ["LANDFALL_DATASETS"] = string.Join(',', settings.Datasets?.Select(name => $"{name.Key}={name.Value}") ?? []),
    };

    private static string Whole(double number) => number.ToString("0", CultureInfo.InvariantCulture);
}

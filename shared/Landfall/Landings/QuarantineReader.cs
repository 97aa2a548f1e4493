using System.Globalization;
using System.Runtime.CompilerServices;
using CsvHelper;
using Landfall.Cloud;
using Landfall.Hosting;
using Landfall.Sinks;
using Landfall.Sinks.Postgres;
using Npgsql;

namespace Landfall.Landings;

/// <summary>The rejected rows of a landing, wherever they are: an object of CSV, several of them, or rows of <c>landfall.rejects</c>.</summary>
/// <param name="storage">Where the objects are.</param>
/// <param name="settings">How the bucket is called here.</param>
/// <param name="database">Where <c>landfall.rejects</c> is; null where there is no Postgres.</param>
public sealed class QuarantineReader(CloudStorage storage, Settings settings, NpgsqlDataSource? database)
{
    /// <summary>The header of the objects: line, column, rule, value, reason, row.</summary>
    private const int Fields = 6;

    /// <summary>Row by row; ends early where what was kept has gone with its time.</summary>
    /// <param name="entry">The landing.</param>
    /// <param name="most">Rows wanted at most.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public IAsyncEnumerable<QuarantinedRow> ReadAsync(LedgerEntry entry, int most, CancellationToken cancellationToken = default) =>
        entry.Rejects == PostgresRejects.Place ? FromTableAsync(entry, most, cancellationToken) : FromBucketAsync(entry.Rejects ?? "", most, cancellationToken);

    private async IAsyncEnumerable<QuarantinedRow> FromBucketAsync(string uri, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The ledger's own words; what they say is looked for in our bucket alone.
        var bucket = settings.Bucket(LandingNames.Rejects);
        if (!uri.StartsWith($"gs://{bucket}/", StringComparison.Ordinal)) yield break;
        var name = uri[$"gs://{bucket}/".Length..];
        var several = name.EndsWith("*.csv", StringComparison.Ordinal);
        await foreach (var found in storage.ListAsync(bucket, several ? name[..^"*.csv".Length] : name, cancellationToken).ConfigureAwait(false))
        {
            if (!several && found.Name != name) continue;
            var stream = await storage.OpenReadAsync(found, cancellationToken).ConfigureAwait(false);
            if (stream is null) continue;
            await using (stream.ConfigureAwait(false))
            {
                using var csv = CsvReader.Create(stream, new CsvReaderOptions { HasHeader = true });
                while (await csv.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (csv.FieldCount < Fields) continue;
                    _ = long.TryParse(csv.GetString(0), NumberStyles.None, CultureInfo.InvariantCulture, out var line);
                    if (most-- == 0) yield break;
                    yield return new(line, Text(csv, 1), csv.GetString(2) ?? "", Text(csv, 3), csv.GetString(4) ?? "", csv.GetString(5) ?? "");
                }
            }
        }
    }

    private async IAsyncEnumerable<QuarantinedRow> FromTableAsync(LedgerEntry entry, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (database is null) yield break;
        var command = database.CreateCommand("""SELECT place, "column", rule, value, reason, row FROM landfall.rejects WHERE identity = $1 ORDER BY place LIMIT $2""");
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new() { Value = entry.Source.Version.Identity });
            command.Parameters.Add(new() { Value = (long)most });
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    yield return new(reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetString(4), reader.GetString(5));
            }
        }
    }

    private static string? Text(CsvReader csv, int field) => csv.IsNull(field) || csv.GetString(field) is not { Length: > 0 } text ? null : text;
}

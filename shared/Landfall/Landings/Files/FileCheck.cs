using Landfall.Contracts;
using Landfall.Sinks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Landfall.Landings.Files;

/// <summary>
/// What would become of a file, as far as that can be told without its tables: the very landing, into a sink that keeps nothing. Reads the file once; again where rows of it collide.
/// </summary>
public static class FileCheck
{
    /// <param name="source">The file as the object that it would be.</param>
    /// <param name="open">The file from its first byte, a stream of the caller's own each time.</param>
    /// <param name="found">Called with each reject, as it is found.</param>
    /// <param name="clock">Says what is past a contract's retention.</param>
    public static async Task<Receipt> RunAsync(Source source, Func<Stream> open, RejectFound found, TimeProvider clock, CancellationToken cancellationToken)
    {
        var sink = new CheckSink(open);
        var intake = new DiskIntake(open, () => new CheckQuarantine(found), sink, source, clock, NullLogger.Instance);
        var (entry, _) = await new Landing(sink, source, intake, clock, clock.GetUtcNow()).RunAsync(cancellationToken).ConfigureAwait(false);
        return Receipt.Of(entry);
    }

    /// <summary>What a landing looks at besides, and finds only where the tables are.</summary>
    public static IEnumerable<string> Unchecked(Contract contract)
    {
        foreach (var table in contract.Tables)
        {
            foreach (var relationship in table.Relationships)
            {
                if (relationship.ParentContract != contract.Id) yield return $"relationships: {relationship.Column} of {table} refers to {relationship.ParentSchema}.{relationship.ParentTable}";
                else if (contract.Write != WriteMode.Replace) yield return $"relationships: {relationship.Column} of {table} may refer to rows of {relationship.ParentSchema}.{relationship.ParentTable} that stand already";
            }
            if (table.Key.Count > 0 && table.Write is WriteMode.Append or WriteMode.ReplacePartition) yield return $"primaryKey: other files may have brought the same {string.Join(", ", table.Key)} into {table}";
            foreach (var column in table.Columns.Where(column => column.Unique && table.Write != WriteMode.Replace)) yield return $"unique: other rows of {table} may have the same {column}";
            foreach (var rule in table.Quality.Where(rule => !CheckQuality.Knows(rule))) yield return $"quality: {rule.Name} ({table}{(rule.IsError ? "" : ", a finding only")})";
        }
    }
}

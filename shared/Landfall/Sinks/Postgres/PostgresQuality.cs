using System.Globalization;
using Landfall.Contracts;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>Looks at the quality rules of a table, within the landing's transaction, in which it can change nothing.</summary>
/// <param name="connection">The landing's.</param>
/// <param name="transaction">The landing's; its rows are in place.</param>
/// <param name="tables">The contract's.</param>
internal sealed class PostgresQuality(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<Table> tables)
{
    private const string Savepoint = "quality";

    private readonly QualityVerdicts _verdicts = new();

    /// <summary>Rules that do not hold, of severity warning.</summary>
    public IReadOnlyList<Finding> Findings => _verdicts.Findings;

    /// <param name="table">Whose rules.</param>
    /// <param name="rows">The rows that this landing brings, as a table expression.</param>
    /// <exception cref="RetryException">A rule of severity error can not be run.</exception>
    public async Task CheckAsync(Table table, string rows, CancellationToken cancellationToken)
    {
        foreach (var rule in table.Quality)
        {
            var (number, trouble, canRun) = await AskAsync(table, rule, rows, cancellationToken).ConfigureAwait(false);
            if ((number is { } found ? QualityVerdicts.Trouble(rule, found) : trouble) is not { } message) continue;
            if (rule.IsError && !canRun) throw new RetryException($"the quality rule '{rule.Name}' of {table} {message}", "mend the rule in the contract");
            _verdicts.Add(table, rule, message);
        }
    }

    /// <exception cref="RejectException">A rule of severity error does not hold.</exception>
    public void ThrowIfBroken() => _verdicts.ThrowIfBroken();

    private async Task<(decimal? Number, string? Trouble, bool CanRun)> AskAsync(Table table, QualityRule rule, string rows, CancellationToken cancellationToken)
    {
        await transaction.SaveAsync(Savepoint, cancellationToken).ConfigureAwait(false);
        try
        {
            // A person's own SQL: it may read what the landing may read, and ends with the savepoint.
            await using (var readOnly = new NpgsqlCommand("SET LOCAL transaction_read_only = on", connection, transaction))
                await readOnly.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            await using var command = new NpgsqlCommand(rule.Query is null ? Metric(rule, rows) : rule.QueryOn(tables, table, t => t.Quoted, c => c.Name.Quoted), connection, transaction);
            if (rule.Query is null) command.Parameters.Add(new NpgsqlParameter { Value = rule.Values.ToArray() });
            var answer = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            return answer switch
            {
                long or int or short or decimal or double or float => (Convert.ToDecimal(answer, CultureInfo.InvariantCulture), null, true),
                bool truth => (truth ? 1 : 0, null, true),
                _ => (null, $"gives no number; expected {rule.Expected}", true),
            };
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            return (null, $"ends in SQLSTATE {e.SqlState} on these rows", true);
        }
        catch (PostgresException e) when (e.SqlState[..2] is "42" or "0A" or "25" or "2F")
        {
            return (null, $"can not be run (SQLSTATE {e.SqlState})", false);
        }
        catch (Exception e) when (e is OverflowException or InvalidCastException)
        {
            return (null, $"gives a number that is none, or is beyond 28 digits; expected {rule.Expected}", true);
        }
        finally
        {
            if (connection.FullState.HasFlag(System.Data.ConnectionState.Open)) await transaction.RollbackAsync(Savepoint, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static string Metric(QualityRule rule, string rows)
    {
        var columns = PostgresDdl.Names(rule.Columns);
        var (count, from) = rule.Metric switch
        {
            QualityMetric.RowCount => ("count(*)", rows),
            QualityMetric.NullValues => ($"count(*) FILTER (WHERE {columns} IS NULL)", rows),
            QualityMetric.MissingValues => ($"count(*) FILTER (WHERE {columns} IS NULL OR {columns}::text = ANY($1))", rows),
            QualityMetric.InvalidValues => ($"count(*) FILTER (WHERE {columns}::text <> ALL($1))", rows),
            _ => ("count(*) FILTER (WHERE copy > 1)", $"(SELECT CASE WHEN num_nulls({columns}) = 0 THEN row_number() OVER (PARTITION BY {columns}) END AS copy FROM {rows} n)"),
        };
        return $"SELECT {(rule.IsPercent ? $"coalesce(100.0 * {count} / nullif(count(*), 0), 0)" : count)} FROM {from} r";
    }
}

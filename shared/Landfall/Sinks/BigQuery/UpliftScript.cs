using System.Globalization;
using System.Text;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>The statements of one attempt at an uplift. What changes anything is a script of one transaction, as a landing's commit is (<see cref="CommitScript"/>).</summary>
/// <param name="source">The run.</param>
/// <param name="attempt">Under which its values are staged: 32 hexadecimal digits.</param>
/// <param name="stagedOn">The UTC day on which they are.</param>
internal sealed class UpliftScript(Source source, string attempt, DateOnly stagedOn)
{
    /// <summary>The error of a script whose table does not hold the values that were read.</summary>
    public const string Changed = "landfall: values have changed";

    private readonly Contract _contract = source.Contract;
    private readonly Table _table = source.Contract.Uplifted!;

    public string Attempt => attempt;

    public DateOnly StagedOn => stagedOn;

    private Column Column => _table.Uplift!;

    private string Key => UpliftTable.Text(_table.Key[0], $"t.{BigQueryNames.Quoted(_table.Key[0])}");

    private string Value => UpliftTable.Text(Column, $"t.{BigQueryNames.Quoted(Column)}");

    private string Target => BigQueryNames.Quoted(_table);

    private string Uplifts => UpliftTable.Name(_contract);

    /// <summary>What was staged, each line once.</summary>
    private string Staged =>
        $"(SELECT r.line, JSON_VALUE(r.fields, '$[0]') AS key, JSON_VALUE(r.fields, '$[1]') AS base, JSON_VALUE(r.fields, '$[2]') AS result "
        + $"FROM (SELECT DISTINCT line, fields FROM {BigQueryNames.Quoted(BigQueryNames.Streamed)} WHERE staged_on = DATE '{stagedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}' AND attempt = @attempt) r)";

    /// <summary>What another run has raised, and nobody has lowered yet; <c>other</c> is NULL unless a third run's value counts in its place.</summary>
    private string Raised =>
        $"(SELECT r.key, r.base, r.result, r.previous, r.active, o.key AS other FROM {Uplifts} r LEFT JOIN (SELECT a.key FROM {Uplifts} a WHERE a.active AND a.run <> @undone) o ON o.key = r.key "
        + "WHERE r.run = @undone AND r.undone IS NULL)";

    /// <summary>That of which the result still stands, and is its own.</summary>
    private string Standing => $"(SELECT x.key, x.base, x.previous, x.active FROM {Raised} x JOIN {Target} t ON {Key} = x.key AND {Value} = x.result WHERE x.other IS NULL)";

    /// <summary>Key and value of each row that has one.</summary>
    public string Values() => $"SELECT {Key} AS k, {Value} AS v FROM {Target} t WHERE TRIM({Value}) <> '' ORDER BY k";

    /// <summary>Key, result and current value of what another run, <c>@undone</c>, has raised; and the key again if a third run has raised it since.</summary>
    public string Run() => $"SELECT x.key, x.result, {Value} AS v, x.other FROM {Raised} x LEFT JOIN {Target} t ON {Key} = x.key ORDER BY x.key";

    /// <summary>Key and value of what the run <c>@run</c> has raised, or put back.</summary>
    public string Written() => $"SELECT u.key, IF(u.run = @run, u.result, u.base) AS v FROM {Uplifts} u WHERE (u.run = @run AND u.undone IS NULL) OR u.undone = @run ORDER BY u.key";

    /// <summary>The landings and uplifts up to this one, the last first: what each was, and when its source was made.</summary>
    public string History()
    {
        var ledger = BigQueryNames.Quoted(BigQueryNames.Ledger(_contract.Id));
        return $"SELECT l.outcome, l.time_created FROM {ledger} l WHERE l.outcome IN ('landed', 'uplifted', 'undone') "
            + $"AND l.finished_at <= (SELECT MAX(o.finished_at) FROM {ledger} o WHERE o.landing_id = {Text(source.Version.LandingId)}) ORDER BY l.finished_at DESC LIMIT 1000";
    }

    public QueryRequest Raise(long version, LedgerEntry entry, decimal percent)
    {
        var script = new StringBuilder($"""
            SELECT IF(COUNT(*) = @rows, 0, ERROR('{CommitScript.Incomplete}')) FROM {Staged} s;
            SELECT IF(COUNT(*) = @rows, 0, ERROR('{Changed}')) FROM {Target} t JOIN {Staged} s ON {Key} = s.key AND {Value} = s.base;
            INSERT INTO {Uplifts} (run, key, source, base, result, percent, raised_at, page, active, previous)
            SELECT @run, s.key, IFNULL(u.source, s.base), s.base, s.result, @percent, @at, {BigQueryNames.PageOf("s.line")}, TRUE, u.run FROM {Staged} s LEFT JOIN {Uplifts} u ON u.key = s.key AND u.active;
            UPDATE {Uplifts} u SET active = FALSE WHERE u.active AND u.run <> @run AND EXISTS (SELECT 1 FROM {Staged} s WHERE s.key = u.key);
            MERGE INTO {Target} t USING {Staged} s ON {Key} = s.key AND {Value} = s.base
            WHEN MATCHED THEN UPDATE SET {BigQueryNames.Quoted(Column)} = {BigQueryTypes.FromText(Column, "s.result")}, {BigQueryNames.LandingId} = @landing{Page(BigQueryNames.PageOf("s.line"))};
            """);
        return Transaction(version, entry, script,
        [
            QueryParameter.Scalar("attempt", "STRING", attempt), QueryParameter.Scalar("percent", "NUMERIC", percent.ToString(CultureInfo.InvariantCulture)),
            QueryParameter.Scalar("at", "TIMESTAMP", LedgerTable.Text(source.Version.TimeCreated)),
        ]);
    }

    /// <summary>What the run's result still stands in gets its base again, and what had raised that base counts again.</summary>
    public QueryRequest Undo(long version, LedgerEntry entry, string undone)
    {
        var script = new StringBuilder($"""
            SELECT IF(COUNT(*) = @rows, 0, ERROR('{Changed}')) FROM {Standing} y;
            UPDATE {Uplifts} u SET active = IFNULL(u.run = y.previous AND y.active AND u.undone IS NULL, FALSE), undone = IF(u.run = @undone, @run, u.undone)
            FROM {Standing} y WHERE u.key = y.key;
            MERGE INTO {Target} t USING (SELECT r.key, r.base FROM {Uplifts} r WHERE r.run = @undone AND r.undone = @run) s ON {Key} = s.key
            WHEN MATCHED THEN UPDATE SET {BigQueryNames.Quoted(Column)} = {BigQueryTypes.FromText(Column, "s.base")}, {BigQueryNames.LandingId} = @landing{Page("NULL")};
            """);
        return Transaction(version, entry, script, [QueryParameter.Scalar("undone", "STRING", undone)]);
    }

    private QueryRequest Transaction(long version, LedgerEntry entry, StringBuilder script, IEnumerable<QueryParameter> parameters)
    {
        var whole = $"BEGIN TRANSACTION;\n{LedgerTable.CountUp(_contract.Id, "seen0")}\n{script}\n{LedgerTable.Insert(_contract)}\nCOMMIT TRANSACTION;";
        return new(whole)
        {
            Parameters =
            [
                LedgerTable.Entries([entry]), QueryParameter.Scalar("seen0", "INT64", Text(version)), QueryParameter.Scalar("rows", "INT64", Text(entry.RowsLanded)),
                QueryParameter.Scalar("run", "STRING", UpliftRun.Id(source)), QueryParameter.Scalar("landing", "INT64", Text(source.Version.LandingId)), .. parameters,
            ],
        };
    }

    private string Page(string value) => _contract.Topic is null ? "" : $", {BigQueryNames.Page} = {value}";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}

using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Runs;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// Where the pages of a run wait: under an id made of the run's identity and the contract's columns, whoever stages them, in the partition of the run's own day. So a page that comes again
/// falls on itself, and whoever gets <c>complete</c> finds all pages.
/// </summary>
internal sealed class StagedRun(BigQueryClient client, Source source, TimeProvider clock)
{
    /// <summary>The feeds of <see cref="BigQueryNames.Streamed"/>: rows that are to land, rows that broke the contract, rows of pages that can not be read.</summary>
    public const int Good = 0, Rejected = -1, Refused = -2;

    /// <summary>How far a run may be ahead of the clock: its sender's may be wrong, but not by more.</summary>
    private static readonly TimeSpan MaxAhead = TimeSpan.FromDays(1);

    // A contract whose rows come in pages has one feed: only a workbook has more.
    private readonly Feed _feed = source.Contract.Feeds[0];

    /// <summary>
    /// 32 hexadecimal digits. Values are staged in the order of the contract's columns: what was staged by another order is another run's, and the sender's to send again.
    /// </summary>
    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', source.Contract.Feeds[0].Columns.Select(c => $"{c.Name} {c.Type} {c.Source}").Prepend(source.Version.Identity)))).AsSpan(0, 16));

    public DateOnly StagedOn { get; } = DateOnly.FromDateTime(source.Version.TimeCreated.UtcDateTime);

    /// <exception cref="RejectException">What would be staged is gone at once, or the run is of a time that has not come.</exception>
    public void CheckTime()
    {
        var now = clock.GetUtcNow();
        var kept = BigQueryTables.StreamedExpiration;
        if (DateOnly.FromDateTime(now.UtcDateTime).DayNumber >= StagedOn.DayNumber + kept.Days)
            throw new RejectException($"its pages wait for two days at most, and it is of {StagedOn:yyyy-MM-dd}", "send the run again from its first page, with a later 'at'", rule: "at");
        if (source.Version.TimeCreated > now + MaxAhead)
            throw new RejectException($"it is of {source.Version.TimeCreated:yyyy-MM-ddTHH:mm:ssZ}, which is more than a day ahead", "send it with the time at which its rows were so as 'at'; look at the sender's clock", rule: "at");
    }

    /// <summary>As <see cref="IRunSink.ResumeAsync"/>.</summary>
    /// <returns>How many of the rows are to land.</returns>
    public async Task<long> CountAsync(long rows, int pages, CancellationToken cancellationToken)
    {
        CheckTime();
        var sql = $"""
            SELECT COUNT(*), COUNT(DISTINCT l.page), IFNULL(MAX(l.page), 0), COUNTIF(l.feed = {Good}), MIN(IF(l.copies > 1, l.line, NULL)), MIN(IF(l.feed = {Refused}, l.line, NULL))
            FROM (SELECT d.line, {BigQueryNames.PageOf("d.line")} AS page, COUNT(*) AS copies, MIN(d.feed) AS feed FROM {Rows("TRUE")} d GROUP BY d.line) l
            """;
        var seen = (await FirstAsync(sql, cancellationToken).ConfigureAwait(false))!;
        var (lines, different, last) = (Number(seen[0]), Number(seen[1]), Number(seen[2]));
        if (last > pages) throw Miscounted();
        if (lines < rows) throw new RetryException($"{lines} of the {rows} rows of {source.Version} are there", "the pages that are missing come yet; or the sender has not sent them; or the contract's columns have changed since they came: send the run again");
        if (seen[4] is { } copied)
        {
            throw new RejectException($"copies of one page differ: {Pages.Place(Number(copied))}, has two contents, and nothing tells which is meant", "send the run again from its first page, with a greater 'generation'",
                Number(copied), rule: "page");
        }
        if (lines > rows || different < pages) throw Miscounted();
        if (seen[5] is { } unread)
        {
            var row = await FirstAsync($"SELECT d.fields FROM {Rows($"feed = {Refused} AND line = {unread}")} d", cancellationToken).ConfigureAwait(false);
            var why = RejectedRow.Read(row![0]!);
            throw new RejectException($"page {Pages.Of(Number(unread))} can not be taken: {why.Reason}", "mend the page and send the run again from its first page, with a greater 'generation'", Number(unread), why.Column, why.Rule);
        }
        return Number(seen[3]);

        RejectException Miscounted() => new(
            $"'complete' names {rows} rows in {pages} pages, and there are {lines} in {different}, the last of them page {last}", "send the run again from its first page, with a greater 'generation'", rule: "complete");
    }

    /// <summary>As <see cref="IRunSink.ReadStagedAsync"/>.</summary>
    public async IAsyncEnumerable<StagedRow> ReadAsync(bool onlyRejected, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sql = $"SELECT d.line, d.feed, d.fields FROM {Rows(onlyRejected ? $"feed = {Rejected}" : "TRUE")} d ORDER BY d.line, d.feed, d.fields";
        await foreach (var row in AskAsync(sql, cancellationToken).ConfigureAwait(false))
        {
            var line = Number(row[0]);
            if (row[1] == "0")
            {
                yield return new(line, Object(row[2]!), null);
                continue;
            }
            var rejected = RejectedRow.Read(row[2]!);
            yield return new(line, rejected.Row, rejected.ToReject(line));
        }
    }

    /// <summary>The run's rows, equal copies once. The day is a literal, so that other partitions are not read.</summary>
    private string Rows(string which) =>
        $"(SELECT DISTINCT feed, line, fields FROM {BigQueryNames.Quoted(BigQueryNames.Streamed)} WHERE staged_on = DATE '{StagedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}' AND attempt = @run AND {which})";

    /// <summary>The texts of a row as an object that names them.</summary>
    private string Object(string fields)
    {
        using var texts = JsonDocument.Parse(fields);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, InsertRowWriter.Plain))
        {
            json.WriteStartObject();
            foreach (var (value, column) in texts.RootElement.EnumerateArray().Zip(_feed.Columns).DistinctBy(pair => pair.Second.Source, StringComparer.Ordinal))
            {
                json.WritePropertyName(column.Source);
                if (column.Type == ColumnType.Json && value.GetString() is { } nested) json.WriteRawValue(nested, skipInputValidation: true);
                else json.WriteStringValue(value.GetString());
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private async Task<IReadOnlyList<string?>?> FirstAsync(string sql, CancellationToken cancellationToken)
    {
        await foreach (var row in AskAsync(sql, cancellationToken).ConfigureAwait(false)) return row;
        return null;
    }

    private IAsyncEnumerable<IReadOnlyList<string?>> AskAsync(string sql, CancellationToken cancellationToken)
    {
        var query = new QueryRequest(sql) { Parameters = [QueryParameter.Scalar("run", "STRING", Id)], Labels = BigQueryNames.Labels(source.Contract) };
        return client.QueryAsync(LedgerTable.Job(source.Contract, "run"), query, cancellationToken);
    }

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}

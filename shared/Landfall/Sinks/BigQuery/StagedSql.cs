using System.Globalization;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// The statements on staged rows, of one source or of all that commit together. Identifiers come from <see cref="Identifier"/> only; literals are numbers,
/// dates and our own hexadecimal digits (a partition is pruned by literals alone); all else is a parameter of <see cref="Parameters"/>.
/// </summary>
internal sealed class StagedSql
{
    private readonly Contract _contract;
    private readonly IReadOnlyList<StagedSource> _sources;
    private readonly long[] _replaced;
    private readonly Dictionary<Column, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Table, Feed> _feeds = new(ReferenceEqualityComparer.Instance);

    /// <param name="contract">Of all the sources.</param>
    /// <param name="sources">Whose rows land.</param>
    /// <param name="replaced">Under <c>append</c>, the landings whose rows go.</param>
    public StagedSql(Contract contract, IReadOnlyList<StagedSource> sources, IEnumerable<long> replaced)
    {
        (_contract, _sources, _replaced) = (contract, sources, [.. replaced]);
        Feeds = contract.Feeds;
        foreach (var feed in Feeds)
        {
            foreach (var table in feed.Tables) _feeds.Add(table, feed);
            foreach (var column in feed.Columns) _names.Add(column, $"c{_names.Count + 1}");
        }
    }

    public IReadOnlyList<Feed> Feeds { get; }

    /// <summary>The name of a column in <see cref="Rows(Feed)"/>, and in the table that load jobs fill.</summary>
    public string Name(Column column) => _names[column];

    public Feed FeedOf(Table table) => _feeds[table];

    /// <summary>What the statements refer to: <c>@attempts</c>, <c>@sources</c>, <c>@replaced</c>.</summary>
    public IReadOnlyList<QueryParameter> Parameters =>
    [
        QueryParameter.Array("attempts", "STRING", _sources.SelectMany(s => (string[])[s.Attempt, s.Marks]).Distinct(StringComparer.Ordinal)),
        QueryParameter.Table("sources", [new("attempt", "STRING"), new("marks", "STRING"), new("landing_id", "INT64"), new("folded", "INT64")],
            _sources.Select(s => (IReadOnlyList<string?>)[s.Attempt, s.Marks, Text(s.Source.Version.LandingId), Text(s.Source.Order.Folded)])),
        QueryParameter.Array("replaced", "INT64", _replaced.Select(Text)),
    ];

    /// <summary>The rows of a feed: <c>_line</c>, the columns under their <see cref="Name"/>, and what their source is: <c>_landing_id</c>, <c>_order</c>.</summary>
    public string Rows(Feed feed)
    {
        var branches = new List<string>();
        if (_sources.Any(s => !s.Loaded.ContainsKey(feed.Index))) branches.Add(Streamed(feed));
        branches.AddRange(_sources.Where(s => s.Loaded.ContainsKey(feed.Index)).Select(s => Loaded(feed, s)));
        return $"({string.Join("\n  UNION ALL ", branches)})";
    }

    /// <summary>The rows that a table gets: one a key, of the newest source, and in that the last.</summary>
    public string Rows(Table table) => table.Uplift is null ? RowsAsSent(table) : UpliftTable.Kept(_contract, table, this);

    /// <summary>The same without regard to what has been raised.</summary>
    public string RowsAsSent(Table table) => table.Key.Count == 0 ? Rows(_feeds[table]) :
        $"(SELECT * FROM (SELECT r.*, ROW_NUMBER() OVER (PARTITION BY {Staged(table.Key, "r.")} ORDER BY r._order DESC, r._landing_id DESC, r._line DESC) AS _copy FROM {Rows(_feeds[table])} r) n WHERE n._copy = 1)";

    /// <summary>A table as it will stand, for the quality rules that ask it.</summary>
    public string Becomes(Table table)
    {
        var stays = table.Write switch
        {
            WriteMode.Replace => null,
            WriteMode.Upsert => $"NOT EXISTS (SELECT 1 FROM {Rows(table)} s WHERE {KeysMeet(table, "t.", "s.")} AND NOT {IsNewer("t", "s")})",
            _ => Stays(table, "t"),
        };
        var comes = table.Write == WriteMode.Upsert ? $" WHERE NOT EXISTS (SELECT 1 FROM {BigQueryNames.Quoted(table)} t WHERE {KeysMeet(table, "t.", "s.")} AND {IsNewer("t", "s")})" : "";
        var staged = $"SELECT {string.Join(", ", table.Columns.Select(c => $"s.{_names[c]} AS {BigQueryNames.Quoted(c)}"))} FROM {Rows(table)} s{comes}";
        return stays is null ? $"({staged})" : $"(SELECT {BigQueryNames.Names(table.Columns, "t.")} FROM {BigQueryNames.Quoted(table)} t WHERE {stays} UNION ALL {staged})";
    }

    /// <summary>How many rows wait in <see cref="BigQueryNames.Streamed"/>, each line once, by attempt.</summary>
    public string CountStreamed() => $"SELECT attempt, COUNT(*) AS n FROM {Lines()} l GROUP BY attempt";

    /// <summary>The lines that wait in <see cref="BigQueryNames.Streamed"/>, each once; one of a run that has two contents twice, so that it is one too many.</summary>
    public string Lines() => $"(SELECT DISTINCT attempt, feed, line{(_sources.Any(s => s.IsRun) ? ", fields" : "")} FROM {BigQueryNames.Quoted(BigQueryNames.Streamed)} WHERE {Attempts("")})";

    /// <summary>Whether a row of a table is one that the landing's rows take the place of.</summary>
    public string Goes(Table table, string row) => table.Write switch
    {
        WriteMode.Append => $"{row}.{BigQueryNames.LandingId} IN UNNEST(@replaced)",
        WriteMode.ReplacePartition => $"{row}.{BigQueryNames.Quoted(table.Partition!)} IN ({string.Join(", ", _sources.Select(s => s.Source.Date!.Value).Distinct().Order().Select(Literal))})",
        WriteMode.Replace => "TRUE",
        _ => "FALSE",
    };

    /// <summary>Whether there may be such rows at all.</summary>
    public bool Removes(Table table) => table.Write is WriteMode.Replace or WriteMode.ReplacePartition || (table.Write == WriteMode.Append && _replaced.Length > 0);

    public string Stays(Table table, string row) => table.Write switch
    {
        WriteMode.Replace => "FALSE",
        WriteMode.Upsert => "TRUE",
        _ => $"NOT ({Goes(table, row)})",
    };

    /// <summary>Whether a row that stands is newer than one that comes. Equal orders are decided by the landing's id, so that every order of arrival ends the same.</summary>
    public static string IsNewer(string standing, string coming) =>
        $"({standing}._order > {coming}._order OR ({standing}._order = {coming}._order AND {standing}._landing_id >= {coming}._landing_id))";

    /// <summary>Staged columns, with commas between them.</summary>
    public string Staged(IEnumerable<Column> columns, string prefix) => string.Join(", ", columns.Select(c => prefix + _names[c]));

    /// <summary>Whether a row of the table and a staged one have the same key.</summary>
    public string KeysMeet(Table table, string standing, string coming) => string.Join(" AND ", table.Key.Select(c => $"{standing}{BigQueryNames.Quoted(c)} = {coming}{_names[c]}"));

    /// <summary>Whether all columns of a row of the table and of a staged one say the same.</summary>
    public string Same(IEnumerable<Column> columns, string standing, string coming) =>
        string.Concat(columns.Select(c => $" AND {BigQueryTypes.Comparable(c, standing + BigQueryNames.Quoted(c))} IS NOT DISTINCT FROM {BigQueryTypes.Comparable(c, coming + _names[c])}"));

    /// <summary>Whether two staged rows, <c>s</c> and <c>w</c>, say the same.</summary>
    public string SameStaged(IEnumerable<Column> columns) =>
        string.Concat(columns.Select(c => $" AND {BigQueryTypes.Comparable(c, $"s.{_names[c]}")} IS NOT DISTINCT FROM {BigQueryTypes.Comparable(c, $"w.{_names[c]}")}"));

    private string Streamed(Feed feed) => $"""
        SELECT r.line AS _line, {string.Join(", ", feed.Columns.Select((c, i) => $"{BigQueryTypes.FromText(c, $"JSON_VALUE(r.fields, '$[{i}]')")} AS {_names[c]}"))}, src.landing_id AS _landing_id, src.folded AS _order
        FROM (SELECT DISTINCT attempt, line, fields FROM {BigQueryNames.Quoted(BigQueryNames.Streamed)} WHERE {Attempts("")} AND feed = {feed.Index}) r
        JOIN UNNEST(@sources) AS src ON src.attempt = r.attempt{Unmarked(feed, "src.marks", "r.line", _sources.Any(s => s.HasMarks && !s.Loaded.ContainsKey(feed.Index)))}
        """;

    private string Loaded(Feed feed, StagedSource source) => $"""
        SELECT r._line, {string.Join(", ", feed.Columns.Select(c => $"{(c.Type == ColumnType.Json ? BigQueryTypes.FromJson($"r.{_names[c]}") : $"r.{_names[c]}")} AS {_names[c]}"))}, {Text(source.Source.Version.LandingId)} AS _landing_id, {Text(source.Source.Order.Folded)} AS _order
        FROM {BigQueryNames.Quoted(source.Loaded[feed.Index].Table)} r{Unmarked(feed, $"'{source.Marks}'", "r._line", source.HasMarks)}
        """;

    private string Unmarked(Feed feed, string attempt, string line, bool marks) => !marks ? "" :
        $" WHERE NOT EXISTS (SELECT 1 FROM {BigQueryNames.Quoted(BigQueryNames.Streamed)} m WHERE {Attempts("m.")} AND m.attempt = {attempt} AND m.feed = {StagedSource.MarksOf(feed)} AND m.line = {line})";

    /// <summary>The day prunes partitions, and the first and the last attempt blocks, for attempts sort by their time (those of a run do not).</summary>
    private string Attempts(string prefix)
    {
        var attempts = _sources.SelectMany(s => (string[])[s.Attempt, s.Marks]).Order(StringComparer.Ordinal).ToList();
        var days = string.Join(", ", _sources.Select(s => s.StagedOn).Distinct().Order().Select(Literal));
        return $"{prefix}staged_on IN ({days}) AND {prefix}attempt BETWEEN '{attempts[0]}' AND '{attempts[^1]}' AND {prefix}attempt IN UNNEST(@attempts)";
    }

    private static string Literal(DateOnly date) => $"DATE '{date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}'";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}

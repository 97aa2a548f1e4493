using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Landfall.Cloud;

namespace Landfall.Tests.Sinks;

/// <summary>
/// Keeps what a sink asks of BigQuery, so that Google's own analyser can look at it: with <c>TESTS_SQL</c> set to a folder, tests leave
/// their statements and tables there (<see cref="SqlBatch"/>; <c>.ci/run</c> does that).
/// </summary>
internal sealed partial class SqlRecorder() : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("TESTS_SQL") is { Length: > 0 } folder ? folder : null;
    private static readonly ConcurrentDictionary<string, bool> Known = [];

    private readonly Lock _lock = new();
    private readonly List<string> _statements = [];
    private readonly HashSet<string> _seen = [];
    private readonly Dictionary<string, JsonNode> _tables = [];
    private readonly JsonObject _parameters = [];

    /// <summary>Views, and tables whose columns stand in their files: the analyser does not learn of them.</summary>
    private readonly HashSet<string> _unknown = [];

    /// <summary>The statements so far, each form once.</summary>
    public IReadOnlyList<string> Statements => _statements;

    /// <summary>The tables that were made.</summary>
    public IReadOnlyCollection<string> Tables => _tables.Keys;

    /// <summary>Scripts of transactions that were sent.</summary>
    public int Commits { get; private set; }

    /// <summary>How many answers to transactions are to say that the server failed, though they were carried out.</summary>
    public int LoseCommits { get; set; }

    /// <summary>Called before a transaction is sent.</summary>
    public Func<CancellationToken, Task>? Committing { get; set; }

    /// <summary>What BigQuery refuses for good: a transaction whose request holds one of these texts.</summary>
    public IReadOnlyList<string> Unacceptable { get; set; } = [];

    /// <summary>How many transactions were refused for that.</summary>
    public int Refusals { get; private set; }

    /// <summary>How many rows each request of lines without values had.</summary>
    public List<int> Marks { get; } = [];

    /// <summary>How many rows each request of streamed rows with values had.</summary>
    public List<int> Inserts { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content?.Headers.ContentType?.MediaType != "application/json") return await base.SendAsync(request, cancellationToken);
        var body = JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken));
        var path = request.RequestUri!.AbsolutePath;
        if (Unacceptable.Count > 0 && body?["configuration"]?["query"] is { } asked && ((string)asked["query"]!).StartsWith("BEGIN TRANSACTION", StringComparison.Ordinal) && asked.ToJsonString() is var all && Unacceptable.Any(all.Contains))
        {
            Refusals++;
            throw new BigQueryException("invalid", "No matching signature", 0);
        }
        if (Committing is { } committing && body?["configuration"]?["query"]?["query"] is { } text && ((string)text!).StartsWith("BEGIN TRANSACTION", StringComparison.Ordinal)) await committing(cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        var isUnderstood = body?["configuration"]?["query"] is not null && IsUnderstood(JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken)));
        lock (_lock)
        {
            if (path.EndsWith("/insertAll", StringComparison.Ordinal) && body?["rows"] is JsonArray rows) (rows.Any(row => row!["json"]!["fields"] is not null) ? Inserts : Marks).Add(rows.Count);
            if (body?["configuration"]?["query"] is { } query) Keep(isUnderstood, (string)query["query"]!, query["queryParameters"] as JsonArray ?? []);
            if (body?["tableReference"] is { } table && body["schema"]?["fields"] is { } fields) _tables[$"{table["datasetId"]}.{table["tableId"]}"] = fields.DeepClone();
            else if (body?["tableReference"] is { } other) _unknown.Add($"`{other["datasetId"]}.{other["tableId"]}`");
            if (request.Method == HttpMethod.Patch && path.Split('/') is [.., "datasets", var dataset, "tables", var name] && body?["schema"]?["fields"] is { } changed) _tables[$"{dataset}.{name}"] = changed.DeepClone();
        }
        return LoseCommits > 0 && body?["configuration"]?["query"]?["query"] is { } sent && ((string)sent!).StartsWith("BEGIN TRANSACTION", StringComparison.Ordinal) ? Lost(await response.Content.ReadAsStringAsync(cancellationToken)) : response;
    }

    /// <summary>A job that says that it failed in a way that proves nothing.</summary>
    private HttpResponseMessage Lost(string answer)
    {
        LoseCommits--;
        var job = JsonNode.Parse(answer)!;
        job["status"]!["state"] = "DONE";
        job["status"]!["errorResult"] = new JsonObject { ["reason"] = "backendError", ["message"] = "The job encountered an internal error during execution." };
        return new(System.Net.HttpStatusCode.OK) { Content = new StringContent(job.ToJsonString(), Encoding.UTF8, "application/json") };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Folder is not null && New() is { Count: > 0 } statements)
        {
            SqlBatch.Keep(Folder, statements, _tables, _parameters);
        }
        base.Dispose(disposing);
    }

    /// <summary>What the analyser has to know.</summary>
    public static JsonObject Catalog(IEnumerable<KeyValuePair<string, JsonNode>> tables, JsonObject parameters) => new()
    {
        ["project"] = "local",
        ["tables"] = new JsonArray([.. tables.Select(t => (JsonNode)new JsonObject { ["name"] = t.Key, ["schema"] = t.Value.DeepClone() })]),
        ["parameters"] = parameters.DeepClone(),
    };

    /// <summary>Some tests ask what BigQuery refuses, such as a contract's rule that is no query: that is not for the analyser. Errors of our own, and conflicts, say nothing against a statement.</summary>
    private static bool IsUnderstood(JsonNode? job) => job?["status"]?["errorResult"] is not { } error || (string?)error["reason"] is not ("invalidQuery" or "notFound")
        || (string?)error["message"] is { } message && (message.StartsWith("landfall: ", StringComparison.Ordinal) || message.StartsWith("Transaction is aborted", StringComparison.Ordinal));

    /// <summary>The statements that no other test has asked of the same tables.</summary>
    private List<string> New() => [.. _statements.Where(sql => !_unknown.Any(sql.Contains)).Where(sql => IsDefinition(sql) || Known.TryAdd(
        Form(sql) + string.Concat(_tables.Where(t => sql.Contains($"`{t.Key}`", StringComparison.Ordinal)).OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => Form(t.Key) + t.Value.ToJsonString())), true))];

    /// <summary>The analyser knows a table that a statement makes from then on.</summary>
    private static bool IsDefinition(string sql) => sql.StartsWith("CREATE ", StringComparison.Ordinal);

    /// <summary>BigQuery has them (https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#external_table_option_list); the analyser's list does not.</summary>
    [GeneratedRegex("(encoding|allow_jagged_rows|allow_quoted_newlines|enable_logical_types|ignore_unknown_values|max_bad_records) = [^,)]+, ")]
    private static partial Regex UnknownOptions();

    private static string Form(string sql) => Numbers().Replace(sql, "0");

    [GeneratedRegex("[0-9a-f]{32}|[0-9]+")]
    private static partial Regex Numbers();

    private void Keep(bool isUnderstood, string sql, JsonArray parameters)
    {
        if (sql.StartsWith("BEGIN TRANSACTION", StringComparison.Ordinal)) Commits++;
        if (!isUnderstood || !_seen.Add(IsDefinition(sql) ? sql : Form(sql))) return;
        // The analyser knows no parameter that is an array: an empty one of its type says as much. The longest name first, for one may begin another.
        foreach (var parameter in parameters.OrderByDescending(p => ((string)p!["name"]!).Length))
        {
            var (name, type) = ((string)parameter!["name"]!, parameter["parameterType"]!);
            if ((string?)type["type"] == "ARRAY") sql = sql.Replace($"@{name}", $"CAST([] AS ARRAY<{Spelled(type["arrayType"]!)}>)", StringComparison.Ordinal);
            else _parameters[name] = (string?)type["type"];
        }
        if (sql.Contains("EXTERNAL TABLE", StringComparison.Ordinal)) sql = UnknownOptions().Replace(sql, "");
        _statements.Add(sql.TrimEnd().TrimEnd(';') + ";");
    }

    private static string Spelled(JsonNode type) => (string?)type["type"] != "STRUCT" ? (string)type["type"]! : new StringBuilder("STRUCT<")
        .AppendJoin(", ", type["structTypes"]!.AsArray().Select(f => $"{f!["name"]} {f["type"]!["type"]}")).Append('>').ToString();
}

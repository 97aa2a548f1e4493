using System.Text.Json.Nodes;

namespace Landfall.Tests.Sinks;

/// <summary>
/// Statements of several tests in one pair of files, <c>N.sql</c> and <c>N.json</c>: to start the analyser takes longer than to look at fifty statements. Tests are together
/// where they mean the same by the names of their tables and parameters.
/// </summary>
internal sealed class SqlBatch
{
    /// <summary>Statements: the analyser is told of all tables with each.</summary>
    private const int Full = 200;

    private static readonly List<SqlBatch> Open = [];
    private static int _files;

    private readonly string _file;
    private readonly List<string> _statements = [];
    private readonly Dictionary<string, JsonNode> _tables = [];
    private readonly JsonObject _parameters = [];

    private SqlBatch(string file) => _file = file;

    /// <summary>Writes what a test has asked.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="statements">In the order in which they were asked.</param>
    /// <param name="tables">By name, the columns of those that no statement has made.</param>
    /// <param name="parameters">By name, their types.</param>
    public static void Keep(string folder, IReadOnlyList<string> statements, IReadOnlyDictionary<string, JsonNode> tables, JsonObject parameters)
    {
        lock (Open)
        {
            var batch = Open.Find(other => other.Takes(statements, tables, parameters));
            if (batch is null) Open.Add(batch = new(Path.Combine(Directory.CreateDirectory(folder).FullName, $"{++_files:0000}")));
            batch._statements.AddRange(statements);
            foreach (var (name, columns) in tables) batch._tables[name] = columns;
            foreach (var (name, type) in parameters) batch._parameters[name] = type?.DeepClone();
            File.WriteAllText(batch._file + ".sql", string.Join("\n", batch._statements));
            File.WriteAllText(batch._file + ".json", SqlRecorder.Catalog(batch._tables, batch._parameters).ToJsonString());
            if (batch._statements.Count >= Full) Open.Remove(batch);
        }
    }

    private bool Takes(IReadOnlyList<string> statements, IReadOnlyDictionary<string, JsonNode> tables, JsonObject parameters) =>
        tables.All(table => _tables.TryGetValue(table.Key, out var known) ? JsonNode.DeepEquals(known, table.Value) : !IsMade(table.Key, _statements))
        && !_tables.Keys.Any(name => !tables.ContainsKey(name) && IsMade(name, statements))
        && parameters.All(parameter => !_parameters.TryGetPropertyValue(parameter.Key, out var known) || JsonNode.DeepEquals(known, parameter.Value));

    private static bool IsMade(string table, IEnumerable<string> statements) => statements.Any(sql => SqlRecorder.IsDefinition(sql) && sql.Contains($"`{table}`", StringComparison.Ordinal));
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Landfall.Tests.Sinks;

/// <summary>
/// Statements of several tests in one pair of files, <c>N.sql</c> and <c>N.json</c>: to start the analyser takes longer than to look at fifty statements. Tests are together where none speaks of a
/// table or a parameter that only the other has: each is looked at as if it were alone.
/// </summary>
internal sealed partial class SqlBatch
{
    /// <summary>Statements: the analyser is told of all tables with each.</summary>
    private const int Full = 200;

    private static readonly List<SqlBatch> Open = [];
    private static int _files;

    private readonly List<string> _statements;
    private readonly Dictionary<string, JsonNode> _tables;
    private readonly JsonObject _parameters;

    /// <summary>Tables and views that statements name, and those of them that they make.</summary>
    private readonly HashSet<string> _named = [];
    private readonly HashSet<string> _made = [];
    private readonly HashSet<string> _asked = [];
    private string? _file;

    private SqlBatch(IEnumerable<string> statements, IReadOnlyDictionary<string, JsonNode> tables, JsonObject parameters)
    {
        (_statements, _tables, _parameters) = ([.. statements], tables.ToDictionary(), (JsonObject)parameters.DeepClone());
        foreach (var sql in _statements)
        {
            _named.UnionWith(Names().Matches(sql).Select(Table));
            _made.UnionWith(Definitions().Matches(sql).Select(Table));
            _asked.UnionWith(Parameters().Matches(sql).Select(match => match.Groups[1].Value));
        }
    }

    /// <summary>Writes what a test has asked.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="statements">In the order in which they were asked.</param>
    /// <param name="tables">By name, the columns of those that no statement has made.</param>
    /// <param name="parameters">By name, their types.</param>
    public static void Keep(string folder, IEnumerable<string> statements, IReadOnlyDictionary<string, JsonNode> tables, JsonObject parameters)
    {
        var one = new SqlBatch(statements, tables, parameters);
        lock (Open)
        {
            if (Open.Find(other => other.Takes(one)) is { } batch) batch.Add(one);
            else Open.Add(batch = one);
            batch._file ??= Path.Combine(Directory.CreateDirectory(folder).FullName, $"{++_files:0000}");
            File.WriteAllText(batch._file + ".sql", string.Join("\n", batch._statements));
            File.WriteAllText(batch._file + ".json", SqlRecorder.Catalog(batch._tables, batch._parameters).ToJsonString());
            if (batch._statements.Count >= Full) Open.Remove(batch);
        }
    }

    /// <summary>Whether nothing that either has changes what the other's statements mean.</summary>
    private bool Takes(SqlBatch other) =>
        _tables.Keys.Union(other._tables.Keys).All(name => _tables.TryGetValue(name, out var ours) && other._tables.TryGetValue(name, out var theirs)
            ? JsonNode.DeepEquals(ours, theirs) && !_made.Contains(name) && !other._made.Contains(name)
            : !(_tables.ContainsKey(name) ? other : this)._named.Contains(name))
        // What a statement makes is there for those behind it.
        && !_made.Any(name => other._named.Contains(name) && !other._made.Contains(name))
        && _parameters.Select(parameter => parameter.Key).Union(other._parameters.Select(parameter => parameter.Key)).All(name => _parameters.ContainsKey(name) && other._parameters.ContainsKey(name)
            ? JsonNode.DeepEquals(_parameters[name], other._parameters[name])
            : !(_parameters.ContainsKey(name) ? other : this)._asked.Contains(name));

    private void Add(SqlBatch other)
    {
        _statements.AddRange(other._statements);
        foreach (var (name, columns) in other._tables) _tables[name] = columns;
        foreach (var (name, type) in other._parameters) _parameters[name] = type?.DeepClone();
        _named.UnionWith(other._named);
        _made.UnionWith(other._made);
        _asked.UnionWith(other._asked);
    }

    /// <summary>A dataset's table, whatever project stands before it.</summary>
    private static string Table(Match match) => string.Join('.', match.Groups[1].Value.Replace("`", "", StringComparison.Ordinal).Split('.')[^2..]);

    /// <summary>Whatever may be a table's name: two words or three with dots between them.</summary>
    [GeneratedRegex(@"((?:`?[\w-]+`?\.){1,2}`?[\w-]+`?)")]
    private static partial Regex Names();

    [GeneratedRegex(@"\bCREATE\s[A-Z\s]*?\b(?:TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?((?:`?[\w-]+`?\.){1,2}`?[\w-]+`?)")]
    private static partial Regex Definitions();

    [GeneratedRegex(@"@(\w+)")]
    private static partial Regex Parameters();
}

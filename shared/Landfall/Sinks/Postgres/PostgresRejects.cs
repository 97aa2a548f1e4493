using System.Text;
using Landfall.Landings;
using Landfall.Rows;
using Npgsql;
using NpgsqlTypes;

namespace Landfall.Sinks.Postgres;

/// <summary>
/// Rows on their way into <c>landfall.rejects</c>, the quarantine of what reaches no bucket: gathered, and inserted with one statement.
/// </summary>
/// <param name="source">What they came with.</param>
/// <param name="table">The table they were meant for, <c>schema.table</c>.</param>
internal sealed class PostgresRejects(Source source, string table)
{
    private readonly List<long> _places = [];
    private readonly List<string?> _columns = [];
    private readonly List<string?> _rules = [];
    private readonly List<string?> _values = [];
    private readonly List<string?> _reasons = [];
    private readonly List<string?> _rows = [];

    /// <summary>What the ledger says of where they are.</summary>
    public const string Place = "landfall.rejects";

    /// <summary>Rows gathered.</summary>
    public int Count => _places.Count;

    /// <summary>Characters gathered, about.</summary>
    public int Size { get; private set; }

    /// <param name="reject">What is wrong; its line is the place.</param>
    /// <param name="raw">The row as it was sent.</param>
    public void Add(Reject reject, ReadOnlySpan<byte> raw)
    {
        _places.Add(reject.Line);
        _columns.Add(Kept(reject.Column));
        _rules.Add(reject.Rule);
        _values.Add(Kept(reject.Value));
        _reasons.Add(Kept(reject.Place is null ? reject.Reason : $"{reject.Reason} ({reject.Place})")!);
        _rows.Add(Kept(Quarantine.Shown(raw))!);
        Size += _rows[^1]!.Length + (reject.Value?.Length ?? 0) + 100;
    }

    /// <summary>The statement that inserts them.</summary>
    public NpgsqlBatchCommand Command(DateTimeOffset now) => new("""
        INSERT INTO landfall.rejects (rejected_at, identity, contract, "table", place, "column", rule, value, reason, row)
        SELECT $1, $2, $3, $4, r.* FROM unnest($5, $6, $7, $8, $9, $10) AS r
        """)
    {
        Parameters =
        {
            new() { Value = now.UtcDateTime },
            new() { Value = source.Version.Identity },
            new() { Value = source.Contract.Id.Name },
            new() { Value = table },
            new NpgsqlParameter<long[]> { TypedValue = [.. _places] },
            Texts(_columns), Texts(_rules), Texts(_values), Texts(_reasons), Texts(_rows),
        },
    };

    /// <summary>The statement that takes out what an earlier attempt at the same source has left.</summary>
    public NpgsqlBatchCommand ForgetCommand() => new("DELETE FROM landfall.rejects WHERE identity = $1") { Parameters = { new() { Value = source.Version.Identity } } };

    public void Clear()
    {
        _places.Clear();
        _columns.Clear();
        _rules.Clear();
        _values.Clear();
        _reasons.Clear();
        _rows.Clear();
        Size = 0;
    }

    private static NpgsqlParameter<string?[]> Texts(List<string?> texts) => new() { TypedValue = [.. texts], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    /// <summary>Postgres keeps no NUL, and nothing keeps half of a surrogate pair.</summary>
    private static string? Kept(string? text) =>
        text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}

using System.Text.Json.Nodes;
using Landfall.Cloud;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>A statement, translated.</summary>
/// <param name="Kind">BigQuery's <c>statementType</c>.</param>
/// <param name="Sql">As it was written.</param>
/// <param name="Postgres">For Postgres; of a CREATE the query behind its AS; empty when there is nothing to run.</param>
internal sealed record Statement(string Kind, string Sql, string Postgres = "")
{
    /// <summary>The names of the parameters $1, $2…; <c>@row_count</c> is the script's own.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>The tables that must be there.</summary>
    public IReadOnlyCollection<TableName> Tables { get; init; } = [];

    /// <summary>Whose rows, or which of all, is made, changed or dropped; null for a query.</summary>
    public TableName? Target { get; init; }

    /// <summary>Whether it updates or deletes rows: two transactions that do so to one table conflict.</summary>
    public bool Mutates { get; init; }

    /// <summary>The columns' names as they were written: Postgres knows them in lower case.</summary>
    public IReadOnlyDictionary<string, string> Spelling { get; init; } = new Dictionary<string, string>();

    /// <summary>What a CREATE asks for, as a request of the REST API would; null for anything else.</summary>
    public JsonObject? Resource { get; init; }

    /// <summary>An expression for when the table expires; null for never.</summary>
    public string? Expiration { get; init; }

    /// <summary>OR REPLACE.</summary>
    public bool Replaces { get; init; }

    /// <summary>IF EXISTS, IF NOT EXISTS.</summary>
    public bool IsConditional { get; init; }

    public bool IsDefinition => Kind.StartsWith("CREATE_", StringComparison.Ordinal) || Kind.StartsWith("DROP_", StringComparison.Ordinal);
}

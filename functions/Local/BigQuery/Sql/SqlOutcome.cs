using Landfall.Cloud;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>What came of one statement.</summary>
/// <param name="Statement">BigQuery's <c>statementType</c>: <c>SELECT</c>, <c>INSERT</c>, <c>CREATE_TABLE_AS_SELECT</c>, <c>BEGIN_TRANSACTION</c>…</param>
/// <param name="Sql">Its own text.</param>
internal sealed record SqlOutcome(string Statement, string Sql)
{
    /// <summary>The columns of a SELECT's answer; empty for anything else.</summary>
    public IReadOnlyList<TableField> Fields { get; init; } = [];

    /// <summary>Each cell as the text that Postgres casts it to (a timestamp in UTC: <c>2024-01-05 06:00:00.123456+00</c>); null for NULL.</summary>
    public IReadOnlyList<IReadOnlyList<string?>> Rows { get; init; } = [];

    /// <summary>Rows that a DML statement changed; null for anything else.</summary>
    public long? Affected { get; init; }

    /// <summary>What DDL was about; null for anything else.</summary>
    public TableName? Target { get; init; }

    /// <summary><c>CREATE</c>, <c>SKIP</c>, <c>REPLACE</c>, <c>DROP</c> of DDL; null for anything else.</summary>
    public string? Operation { get; init; }
}

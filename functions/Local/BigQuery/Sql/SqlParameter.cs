using NpgsqlTypes;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>A parameter, as Postgres takes it.</summary>
/// <param name="Type">Postgres' type that its text is cast to: <c>bigint</c>, <c>text[]</c>, <c>jsonb</c> for an array of rows.</param>
/// <param name="Value">Text; null for NULL.</param>
/// <param name="Columns">Of an array of rows: what stands behind the alias in FROM; null for anything else.</param>
internal sealed record SqlParameter(string Type, string? Value, string? Columns = null)
{
    public bool IsArray => Type.EndsWith("[]", StringComparison.Ordinal) || Columns is not null;

    public Npgsql.NpgsqlParameter ToNpgsql() => new() { Value = Value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Unknown };
}

namespace Landfall.Tests.Sinks;

/// <summary>All that stands in a database's schemas, as text that can be compared: columns, constraints, indexes, comments.</summary>
internal static class Catalog
{
    /// <param name="schemas">A LIKE pattern.</param>
    public static async Task<string> ReadAsync(Database database, string schemas = "%") => await database.ScalarAsync<string>($"""
        WITH tables AS (
          SELECT c.oid, n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND n.nspname LIKE '{schemas}'),
        lines AS (
          SELECT name, 0 AS part, '' AS line, 0 AS place FROM tables
          UNION ALL SELECT t.name, 1, '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
            || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') || coalesce(' -- ' || col_description(t.oid, a.attnum), ''), a.attnum
            FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
          UNION ALL SELECT t.name, 2, '  ' || conname || ' ' || pg_get_constraintdef(k.oid), 0 FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid WHERE k.contype IN ('p', 'u', 'f', 'c')
          UNION ALL SELECT t.name, 3, '  ' || pg_get_indexdef(i.indexrelid), 0 FROM tables t JOIN pg_index i ON i.indrelid = t.oid
          UNION ALL SELECT t.name, 4, '  -- ' || obj_description(t.oid, 'pg_class'), 0 FROM tables t WHERE obj_description(t.oid, 'pg_class') IS NOT NULL)
        SELECT string_agg(CASE WHEN part = 0 THEN name ELSE line END, E'\n' ORDER BY name COLLATE "C", part, place, line COLLATE "C") || E'\n' FROM lines
        """) ?? "";
}

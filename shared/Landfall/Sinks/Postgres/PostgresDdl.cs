using System.Globalization;
using System.Text;
using Landfall.Contracts;

namespace Landfall.Sinks.Postgres;

/// <summary>A contract's tables as Postgres' statements.</summary>
public static class PostgresDdl
{
    /// <summary>Landfall's own column in every table: which landing brought the row; joins to <c>landfall.landings.landing_id</c>.</summary>
    public const string LandingId = "_landing_id";

    /// <summary>Landfall's own column in <c>upsert</c> tables: how new the row's source is (<see cref="SourceOrder.Folded"/>).</summary>
    public const string Order = "_order";

    /// <summary>
    /// The statements that make a table, in order. Nothing indexes <see cref="LandingId"/>: even a BRIN costs the COPY of an appending landing a
    /// sixth (Postgres 15 looks up its range for every row), while only a new version of an object that has landed looks for rows by it, and reads the table.
    /// </summary>
    public static IEnumerable<string> Create(Table table)
    {
        var lines = table.Columns.Select(c => $"{c.Name.Quoted} {Type(c)}{(c.Required ? " NOT NULL" : "")}").ToList();
        lines.Add($"{LandingId} bigint NOT NULL");
        if (table.Write == WriteMode.Upsert) lines.Add($"{Order} bigint NOT NULL");
        if (table.Key.Count > 0) lines.Add($"PRIMARY KEY ({Names(table.Key)})");
        lines.AddRange(table.Columns.Where(c => c.Unique && !(table.Key.Count == 1 && table.Key[0] == c)).Select(c => $"UNIQUE ({c.Name.Quoted})"));
        lines.AddRange(table.Relationships.Select(ForeignKey));
        yield return $"CREATE TABLE {table.Quoted} (\n  {string.Join(",\n  ", lines)}\n)";

        if (table.Partition is { } partition) yield return $"CREATE INDEX ON {table.Quoted} ({partition.Name.Quoted})";
        foreach (var comment in Comments(table)) yield return comment;
    }

    /// <summary>A foreign key as a table constraint; deferrable, so that within a landing rows may go and come again.</summary>
    public static string ForeignKey(Relationship relationship) =>
        $"FOREIGN KEY ({relationship.Column.Name.Quoted}) REFERENCES {relationship.ParentQuoted} ({relationship.ParentColumn.Quoted}) DEFERRABLE INITIALLY IMMEDIATE";

    /// <summary>The statement that adds a column to a table that stands.</summary>
    public static string AddColumn(Table table, Column column) => $"ALTER TABLE {table.Quoted} ADD COLUMN {column.Name.Quoted} {Type(column)}{(column.Required ? " NOT NULL" : "")}";

    /// <summary>Column names, quoted, with commas between them.</summary>
    public static string Names(IEnumerable<Column> columns, string prefix = "") => string.Join(", ", columns.Select(c => prefix + c.Name.Quoted));

    /// <summary>The type as <c>format_type</c> prints it, so that it can be compared with the catalog's.</summary>
    public static string Type(Column column) => column.Type switch
    {
        ColumnType.Text => "text",
        ColumnType.Int64 => "bigint",
        ColumnType.Numeric => column.Precision is { } precision ? $"numeric({precision},{column.Scale ?? 0})" : "numeric",
        ColumnType.Double => "double precision",
        ColumnType.Boolean => "boolean",
        ColumnType.Date => "date",
        ColumnType.Timestamp => "timestamp with time zone",
        ColumnType.Time => "time without time zone",
        _ => "jsonb",
    };

    /// <summary>Whether a column that stands as <paramref name="standing"/> becomes what the contract says without a row being rewritten: a decimal of more digits before the point.</summary>
    public static bool Widens(string standing, Column column)
    {
        if (column.Type != ColumnType.Numeric || !standing.StartsWith("numeric(", StringComparison.Ordinal)) return false;
        if (column.Precision is not { } precision) return true;
        return standing["numeric(".Length..^1].Split(',') is [var digits, var scale]
            && int.Parse(digits, CultureInfo.InvariantCulture) < precision && int.Parse(scale, CultureInfo.InvariantCulture) == (column.Scale ?? 0);
    }

    private static IEnumerable<string> Comments(Table table)
    {
        if (table.Description is not null) yield return $"COMMENT ON TABLE {table.Quoted} IS {Literal(table.Description)}";
        foreach (var column in table.Columns.Where(c => c.Description is not null))
            yield return $"COMMENT ON COLUMN {table.Quoted}.{column.Name.Quoted} IS {Literal(column.Description!)}";
    }

    /// <summary>A text in a statement. COMMENT takes no parameter. An E'' literal means the same whatever standard_conforming_strings says.</summary>
    internal static string Literal(string text)
    {
        var literal = new StringBuilder("E'");
        foreach (var c in text.Where(c => c != '\0')) literal.Append(c is '\'' or '\\' ? $"{c}{c}" : c.ToString());
        return literal.Append('\'').ToString();
    }
}

using Landfall.Cloud;

namespace Landfall.Local.BigQuery;

/// <summary>What a patch may make of a table's columns: BigQuery adds, relaxes and widens, and refuses the rest ("Modifying table schemas").</summary>
internal static class SchemaChange
{
    private static readonly string[] Widening = ["INT64", "NUMERIC", "BIGNUMERIC", "FLOAT64"];

    /// <summary>The changes, each the tail of an <c>ALTER TABLE</c>; none when only descriptions differ.</summary>
    /// <exception cref="BigQueryFault">The table can not become that.</exception>
    public static IReadOnlyList<string> Between(TableName table, IReadOnlyList<TableField> old, IReadOnlyList<TableField> wanted)
    {
        var changes = new List<string>();
        if (old.FirstOrDefault(field => Find(wanted, field) is null) is { } missing) throw Mismatch($"Field {missing.Name} is missing in new schema");
        foreach (var field in wanted)
        {
            if (Find(old, field) is not { } before)
            {
                if (field.Required) throw Mismatch($"Cannot add required fields to an existing schema. (field: {field.Name})");
                changes.Add($"ADD COLUMN {TableSchema.Definition(field)}");
                continue;
            }
            if (field.Required && !before.Required) throw Mismatch($"Field {field.Name} has changed mode from NULLABLE to REQUIRED");
            if (!Widens(before, field)) throw Mismatch($"Field {field.Name} has changed type from {Shown(before)} to {Shown(field)}");
            if (before.Required && !field.Required) changes.Add($"ALTER COLUMN {TableSchema.Column(field.Name)} DROP NOT NULL");
            if (TableSchema.TypeOf(before) != TableSchema.TypeOf(field)) changes.Add($"ALTER COLUMN {TableSchema.Column(field.Name)} TYPE {TableSchema.TypeOf(field)}");
        }
        return changes;

        BigQueryFault Mismatch(string why) => BigQueryFault.Invalid($"Provided Schema does not match Table {LocalCloud.Project}:{table}. {why}");
    }

    private static TableField? Find(IReadOnlyList<TableField> fields, TableField like) =>
        fields.FirstOrDefault(field => string.Equals(field.Name, like.Name, StringComparison.OrdinalIgnoreCase));

    private static bool Widens(TableField from, TableField to)
    {
        if (from.Type != to.Type)
        {
            return Array.IndexOf(Widening, from.Type) is var before and >= 0 && Array.IndexOf(Widening, to.Type) > before && to.Precision is null;
        }
        if (to.Precision is null) return true;
        return from.Precision is { } precision && to.Precision - (to.Scale ?? 0) >= precision - (from.Scale ?? 0) && (to.Scale ?? 0) >= (from.Scale ?? 0);
    }

    private static string Shown(TableField field) => field.Precision is null ? field.Type : $"{field.Type}({field.Precision}, {field.Scale ?? 0})";
}

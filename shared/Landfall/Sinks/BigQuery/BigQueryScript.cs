using System.Globalization;
using System.Text;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>A contract's tables and views as a script in GoogleSQL, for people to read and for projects where Landfall may not create tables.</summary>
public static class BigQueryScript
{
    /// <summary>The statements that make what <see cref="ISink.PrepareAsync"/> makes where nothing stands yet, each ended by <c>;</c>.</summary>
    /// <param name="contract">Whose.</param>
    /// <param name="place">Where the files of external tables are; null for where the contract says.</param>
    public static string Of(Contract contract, ExternalPlace? place = null)
    {
        var script = new StringBuilder($"-- The tables of {contract.File}, which this is made of: change that. tests/README.md says how this follows.\n");
        foreach (var dataset in contract.Tables.Select(t => t.Schema).Concat(contract.Views.Select(v => v.Schema)).Distinct()) script.Append($"\nCREATE SCHEMA IF NOT EXISTS `{dataset}`;\n");
        foreach (var table in contract.Tables) script.Append($"\n{Table(BigQueryTables.Resource(contract, table, place))};\n");
        foreach (var view in contract.Views)
        {
            var resource = BigQueryTables.Resource(contract, view);
            script.Append($"\nCREATE VIEW {BigQueryNames.Quoted(resource.Name)}\n{Options(resource)}AS {resource.ViewQuery};\n");
        }
        return script.ToString();
    }

    private static string Table(TableResource table)
    {
        if (table.External is not null) return ExternalTable.Statement(table);
        var lines = table.Fields.Select(Column).ToList();
        if (table.PrimaryKey.Count > 0) lines.Add($"PRIMARY KEY ({string.Join(", ", table.PrimaryKey.Select(k => $"`{k}`"))}) NOT ENFORCED");
        var partition = table.PartitionField is null ? "" : $"PARTITION BY `{table.PartitionField}`\n";
        var cluster = table.Clustering.Count == 0 ? "" : $"CLUSTER BY {string.Join(", ", table.Clustering.Select(c => $"`{c}`"))}\n";
        return $"CREATE TABLE {BigQueryNames.Quoted(table.Name)} (\n  {string.Join(",\n  ", lines)}\n)\n{partition}{cluster}{Options(table)}".TrimEnd();
    }

    /// <summary>A column as a CREATE has it.</summary>
    internal static string Column(TableField field) => $"`{field.Name}` {BigQueryTypes.Words(field)}{(field.Required ? " NOT NULL" : "")}{(field.Description is null ? "" : $" OPTIONS (description = {Literal(field.Description)})")}";

    private static string Options(TableResource table) => Described(table) is { Count: > 0 } options ? $"OPTIONS ({string.Join(", ", options)})\n" : "";

    /// <summary>The options that tables of every kind have.</summary>
    internal static List<string> Described(TableResource table)
    {
        var options = new List<string>();
        if (table.Description is not null) options.Add($"description = {Literal(table.Description)}");
        if (table.PartitionExpiration is { } kept) options.Add(string.Create(CultureInfo.InvariantCulture, $"partition_expiration_days = {kept.TotalDays}"));
        if (table.Labels.Count > 0) options.Add($"labels = [{string.Join(", ", table.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"({Literal(l.Key)}, {Literal(l.Value)})"))}]");
        return options;
    }

    internal static string Literal(string text)
    {
        var literal = new StringBuilder("'");
        foreach (var c in text) literal.Append(c is '\'' or '\\' ? $"\\{c}" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : c.ToString());
        return literal.Append('\'').ToString();
    }
}

using System.Globalization;
using System.Text;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>A contract's tables and views as a script in GoogleSQL, for people to read and for projects where Landfall may not create tables.</summary>
public static class BigQueryScript
{
    /// <summary>The statements that make what <see cref="ISink.PrepareAsync"/> makes where nothing stands yet, each ended by <c>;</c>.</summary>
    public static string Of(Contract contract)
    {
        var script = new StringBuilder($"-- The tables of {contract.File}, which this is made of: change that. tests/README.md says how this follows.\n");
        foreach (var dataset in contract.Tables.Select(t => t.Schema).Concat(contract.Views.Select(v => v.Schema)).Distinct()) script.Append($"\nCREATE SCHEMA IF NOT EXISTS `{dataset}`;\n");
        foreach (var table in contract.Tables) script.Append($"\n{Table(BigQueryTables.Resource(contract, table))};\n");
        foreach (var view in contract.Views)
        {
            var resource = BigQueryTables.Resource(contract, view);
            script.Append($"\nCREATE VIEW {BigQueryNames.Quoted(resource.Name)}\n{Options(resource)}AS {resource.ViewQuery};\n");
        }
        return script.ToString();
    }

    private static string Table(TableResource table)
    {
        var lines = table.Fields.Select(f => $"`{f.Name}` {BigQueryTypes.Words(f)}{(f.Required ? " NOT NULL" : "")}{(f.Description is null ? "" : $" OPTIONS (description = {Literal(f.Description)})")}").ToList();
        if (table.PrimaryKey.Count > 0) lines.Add($"PRIMARY KEY ({string.Join(", ", table.PrimaryKey.Select(k => $"`{k}`"))}) NOT ENFORCED");
        var partition = table.PartitionField is null ? "" : $"PARTITION BY `{table.PartitionField}`\n";
        var cluster = table.Clustering.Count == 0 ? "" : $"CLUSTER BY {string.Join(", ", table.Clustering.Select(c => $"`{c}`"))}\n";
        return $"CREATE TABLE {BigQueryNames.Quoted(table.Name)} (\n  {string.Join(",\n  ", lines)}\n)\n{partition}{cluster}{Options(table)}".TrimEnd();
    }

    private static string Options(TableResource table)
    {
        var options = new List<string>();
        if (table.Description is not null) options.Add($"description = {Literal(table.Description)}");
        if (table.PartitionExpiration is { } kept) options.Add(string.Create(CultureInfo.InvariantCulture, $"partition_expiration_days = {kept.TotalDays}"));
        if (table.Labels.Count > 0) options.Add($"labels = [{string.Join(", ", table.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"({Literal(l.Key)}, {Literal(l.Value)})"))}]");
        return options.Count == 0 ? "" : $"OPTIONS ({string.Join(", ", options)})\n";
    }

    private static string Literal(string text)
    {
        var literal = new StringBuilder("'");
        foreach (var c in text) literal.Append(c is '\'' or '\\' ? $"\\{c}" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : c.ToString());
        return literal.Append('\'').ToString();
    }
}

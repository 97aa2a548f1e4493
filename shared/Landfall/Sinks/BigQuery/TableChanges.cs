using Landfall.Cloud;

namespace Landfall.Sinks.BigQuery;

/// <summary>What lies between a table that stands and its contract: a patch that is safe to make, and faults that a person must mend.</summary>
/// <param name="Patch">Null when nothing is to be changed.</param>
/// <param name="Faults">What does not fit, and the statement that would mend it.</param>
internal sealed record TableChanges(TableResource? Patch, IReadOnlyList<(string Fault, string Statement)> Faults)
{
    public static TableChanges Between(TableResource standing, TableResource wanted)
    {
        var name = BigQueryNames.Quoted(wanted.Name);
        var faults = new List<(string, string)>();
        if (standing.ViewQuery is not null) return new(null, [("it is a view", $"DROP VIEW {name}")]);
        if (wanted.External is not null || standing.External is not null) return ExternalTable.Changes(standing, wanted);

        var fields = new List<TableField>();
        foreach (var found in standing.Fields)
        {
            var field = wanted.Fields.FirstOrDefault(f => f.Name == found.Name);
            if (field is null && found.Required) faults.Add(($"its column {found.Name} demands a value, and the contract has none for it", $"ALTER TABLE {name} ALTER COLUMN `{found.Name}` DROP NOT NULL"));
            fields.Add(field is null ? found : Merged(name, standing, wanted, found, field, faults));
        }
        foreach (var field in wanted.Fields.Where(f => standing.Fields.All(found => found.Name != f.Name)))
        {
            if (field.Required) faults.Add(($"it lacks {(field.Name[0] == '_' ? field.Name : $"the required column {field.Name}")}", $"ALTER TABLE {name} ADD COLUMN `{field.Name}` {BigQueryTypes.Words(field)}; UPDATE … SET; and make it required"));
            else fields.Add(field);
        }
        if (!standing.PrimaryKey.SequenceEqual(wanted.PrimaryKey))
        {
            var drop = standing.PrimaryKey.Count == 0 ? [] : new[] { $"ALTER TABLE {name} DROP PRIMARY KEY" };
            var add = wanted.PrimaryKey.Count == 0 ? [] : new[] { $"ALTER TABLE {name} ADD PRIMARY KEY ({string.Join(", ", wanted.PrimaryKey)}) NOT ENFORCED" };
            faults.Add(($"its primary key is ({string.Join(", ", standing.PrimaryKey)}), not ({string.Join(", ", wanted.PrimaryKey)})", string.Join("; ", drop.Concat(add))));
        }
        if (standing.PartitionField != wanted.PartitionField)
            faults.Add(($"it is partitioned by {standing.PartitionField ?? "nothing"}, not {wanted.PartitionField ?? "nothing"}", $"CREATE TABLE … PARTITION BY {wanted.PartitionField ?? "…"} AS SELECT * FROM {name}, and rename it"));

        var labels = standing.Labels.Concat(wanted.Labels).GroupBy(l => l.Key).ToDictionary(l => l.Key, l => l.Last().Value);
        var differs = !fields.SequenceEqual(standing.Fields) || standing.Description != wanted.Description || standing.PartitionExpiration != wanted.PartitionExpiration || wanted.Labels.Any(l => standing.Labels.GetValueOrDefault(l.Key) != l.Value);
        return new(differs ? standing with { Fields = fields, Description = wanted.Description, Labels = labels, PartitionExpiration = wanted.PartitionExpiration } : null, faults);
    }

    private static TableField Merged(string name, TableResource standing, TableResource wanted, TableField found, TableField field, List<(string, string)> faults)
    {
        var alter = $"ALTER TABLE {name} ALTER COLUMN `{field.Name}`";
        var same = found.Type == field.Type && found.Precision == field.Precision && found.Scale == field.Scale;
        if (!same && !Widens(found, field)) faults.Add(($"its column {field.Name} is {BigQueryTypes.Words(found)}, not {BigQueryTypes.Words(field)}", $"{alter} SET DATA TYPE {BigQueryTypes.Words(field)}"));
        // BigQuery itself can not make a column required that was not.
        if (field.Required && !found.Required) faults.Add(($"its column {field.Name} may be NULL", $"CREATE OR REPLACE TABLE {name} with {field.Name} NOT NULL, from its own rows"));
        // A column of the key stays what it is: that the key is another is told by itself.
        var required = found.Required && (field.Required || standing.PrimaryKey.Contains(found.Name));
        // Policy tags are the administrators'.
        return field with { Required = required, PolicyTags = found.PolicyTags };
    }

    /// <summary>What BigQuery does without a row being rewritten (https://cloud.google.com/bigquery/docs/managing-table-schemas#change_column_data_type).</summary>
    private static bool Widens(TableField found, TableField field)
    {
        if (found.Type is not ("NUMERIC" or "BIGNUMERIC") || field.Type is not ("NUMERIC" or "BIGNUMERIC")) return false;
        if (found.Type == "BIGNUMERIC" && field.Type == "NUMERIC") return false;
        if (field.Precision is not { } precision) return true;
        if (found.Precision is not { } digits) return false;
        return (field.Scale ?? 0) >= (found.Scale ?? 0) && precision - (field.Scale ?? 0) >= digits - (found.Scale ?? 0);
    }
}

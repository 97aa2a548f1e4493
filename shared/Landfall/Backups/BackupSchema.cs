using Landfall.Avro;
using Landfall.Contracts;

namespace Landfall.Backups;

/// <summary>Whether a backup's columns are still the table's.</summary>
internal static class BackupSchema
{
    /// <summary>The table's columns that are the file's fields, in the file's order. A column that came since and may be NULL is not among them.</summary>
    /// <exception cref="RejectException">The table is another one by now; the message has all differences: rule <c>fingerprint</c>.</exception>
    public static IReadOnlyList<Column> Match(AvroSchema file, BackupLayout layout)
    {
        var fields = file.Fields.ToDictionary(field => field.Name, field => Describe(field.Schema), StringComparer.Ordinal);
        var wanted = AvroSchema.Parse(System.Text.Encoding.UTF8.GetBytes(layout.Schema)).Fields.ToDictionary(field => field.Name, field => Describe(field.Schema), StringComparer.Ordinal);
        List<string> differences =
        [
            .. file.Fields.Where(field => !wanted.ContainsKey(field.Name)).Select(field => $"{Shown(field.Name)} is no column of the table any more"),
            .. layout.Columns.Where(column => fields.TryGetValue(column.Name.Name, out var type) && type != wanted[column.Name.Name])
                .Select(column => $"{column} is {fields[column.Name.Name]} in the backup and {wanted[column.Name.Name]} in the table"),
            .. layout.Columns.Where(column => column.Required && !fields.ContainsKey(column.Name.Name)).Select(column => $"{column} is required and not in the backup"),
        ];
        if (file.Kind == AvroKind.Record && differences.Count == 0) return [.. file.Fields.Select(field => layout.Columns.First(column => column.Name.Name == field.Name))];
        throw new RejectException(
            $"the backup is of another form of {layout.Table}: {string.Join("; ", file.Kind == AvroKind.Record ? differences : ["its schema is no record"])}",
            "name a backup of the table as it is now; or bring the contract back to what it was then, and restore", rule: "fingerprint");
    }

    private static string Describe(AvroSchema type) => type.Kind == AvroKind.Union
        ? string.Join(" or ", type.Branches.Select(Describe).Reverse())
        : type.Logical switch
        {
            AvroLogicalType.None => $"{type.Kind}".ToLowerInvariant(),
            AvroLogicalType.Decimal => $"decimal({type.Precision},{type.Scale}) in {type.Kind}".ToLowerInvariant(),
            var logical => $"{logical} in {type.Kind}".ToLowerInvariant(),
        };

    /// <summary>A damaged header's names may be anything.</summary>
    private static string Shown(string name) => Identifier.TryParse(name, out _) ? name : "a field";
}

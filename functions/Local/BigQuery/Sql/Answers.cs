using Landfall.Cloud;
using Npgsql;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>Postgres' answer as BigQuery's: types by their names, cells as text.</summary>
internal static class Answers
{
    /// <param name="reader">Of a command that asked for text.</param>
    /// <param name="spelling">Names as they were written, by their lower case.</param>
    public static async Task<SqlOutcome> ReadAsync(
        NpgsqlDataReader reader, SqlOutcome outcome, IReadOnlyDictionary<string, string> spelling, CancellationToken cancellationToken)
    {
        var fields = new TableField[reader.FieldCount];
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < fields.Length; i++)
        {
            var name = reader.GetName(i);
            if (!names.Add(name)) throw new BigQueryFault(400, "invalidQuery", $"Duplicate column names in the result are not supported. Found duplicate(s): {name}");
            fields[i] = new(spelling.GetValueOrDefault(name, name), TypeOf(reader.GetPostgresType(i).DisplayName));
        }
        var rows = new List<IReadOnlyList<string?>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new string?[fields.Length];
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : Cell(reader.GetString(i), fields[i].Type);
            rows.Add(row);
        }
        return outcome with { Fields = fields, Rows = rows };
    }

    private static string TypeOf(string postgres) => TableSchema.FromPostgres(postgres) is var type && (type != "STRING" || postgres is "text" or "unknown")
        ? type
        : throw BigQueryFault.NotSupported(postgres.EndsWith("[]", StringComparison.Ordinal) ? "An ARRAY in an answer" : $"An answer of Postgres' type {postgres}");

    private static string Cell(string text, string type) => type switch
    {
        "BOOL" => text is "t" or "true" ? "true" : "false",
        "NUMERIC" when text.Contains('.', StringComparison.Ordinal) => text.TrimEnd('0').TrimEnd('.'),
        _ => text,
    };
}

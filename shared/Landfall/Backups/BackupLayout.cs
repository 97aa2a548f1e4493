using System.Security.Cryptography;
using System.Text;
using Landfall.Avro;
using Landfall.Contracts;
using Landfall.Sinks.Postgres;

namespace Landfall.Backups;

/// <summary>
/// A table's columns as a backup has them: those that the contract declares, and Landfall's own. A numeric that declares no digits is kept as the text that Postgres prints: it
/// has no limit, and an Avro decimal has one scale for all values.
/// </summary>
internal sealed class BackupLayout
{
    public BackupLayout(Table table)
    {
        Table = table;
        List<Column> columns = [.. table.Columns.Select(column => IsText(column) ? column with { Type = ColumnType.Text } : column), Own(PostgresDdl.LandingId)];
        if (table.Write == WriteMode.Upsert) columns.Add(Own(PostgresDdl.Order));
        Columns = columns;
        Schema = AvroRowSchema.Of(table.Name, columns);
        Fingerprint = Sha256(Encoding.UTF8.GetBytes(Schema));
    }

    public Table Table { get; }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The file's schema, JSON.</summary>
    public string Schema { get; }

    /// <summary>The SHA-256 of <see cref="Schema"/>, in hexadecimal.</summary>
    public string Fingerprint { get; }

    /// <summary>What brings the rows out; in the order in which they stand.</summary>
    public string CopyOut => $"COPY (SELECT {string.Join(", ", Columns.Select(column => IsText(column.Name) ? $"{column.Name.Quoted}::text" : column.Name.Quoted))} FROM {Table.Quoted}) TO STDOUT (FORMAT BINARY)";

    /// <summary>The SHA-256 of some bytes, in hexadecimal.</summary>
    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>One of <see cref="Columns"/> as the table has it.</summary>
    public Column Stored(Column column) => IsText(column.Name) ? column with { Type = ColumnType.Numeric } : column;

    /// <summary>Whether a column of the table, which is a number there, is text in the file.</summary>
    private bool IsText(Identifier name) => Table.Columns.FirstOrDefault(column => column.Name == name) is { } column && IsText(column);

    private static bool IsText(Column column) => column is { Type: ColumnType.Numeric, Precision: null };

    private static Column Own(string name) => new() { Name = Identifier.Parse(name), Type = ColumnType.Int64, Source = name, Required = true };
}

using System.Text;
using Landfall.Contracts;

namespace Landfall.Rest.Tables;

/// <summary>A column as the API serves it.</summary>
internal sealed class ApiColumn(Column column)
{
    public Column Column { get; } = column;

    public string Name { get; } = column.Name.Name;

    public ColumnType Type => Column.Type;

    /// <summary>In double quotes, for SQL.</summary>
    public string Quoted { get; } = column.Name.Quoted;

    /// <summary><c>"name":</c></summary>
    public byte[] JsonName { get; } = Encoding.UTF8.GetBytes($"\"{column.Name}\":");

    /// <summary>
    /// What a value to compare with must be: of the column's type and padded as its cells are, and no more. <c>age=gt.-1</c> is a question even where no age may be
    /// negative. Dates are ISO 8601, as they are shown.
    /// </summary>
    public Column Comparable { get; } = column with
    {
        Required = false, MinLength = null, MaxLength = null, MaxBytes = null, Pattern = null, Minimum = null, Maximum = null, Precision = null, Scale = null, Format = null,
    };
}

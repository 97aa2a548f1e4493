using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>A contract's columns as BigQuery's.</summary>
internal static class BigQueryTypes
{
    /// <summary>BigQuery's NUMERIC: 29 digits before the point and 9 behind it; what has more is a BIGNUMERIC (https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#decimal_types).</summary>
    private const int NumericScale = 9;

    public static string Of(Column column) => column.Type switch
    {
        ColumnType.Text => "STRING",
        ColumnType.Int64 => "INT64",
        ColumnType.Numeric => column.Scale > NumericScale ? "BIGNUMERIC" : "NUMERIC",
        ColumnType.Double => "FLOAT64",
        ColumnType.Boolean => "BOOL",
        ColumnType.Date => "DATE",
        ColumnType.Timestamp => "TIMESTAMP",
        ColumnType.Time => "TIME",
        _ => "JSON",
    };

    /// <summary>In a table that a contract declares.</summary>
    public static TableField Field(Column column) => new(column.Name.Name, Of(column), column.Required)
    {
        Precision = column.Type == ColumnType.Numeric ? column.Precision : null,
        Scale = column.Type == ColumnType.Numeric && column.Precision is not null ? column.Scale : null,
        Description = column.Description,
    };

    /// <summary>In a table that a load job fills: an Avro string does not load into a JSON column.</summary>
    public static TableField Staged(Column column, string name) => new(name, column.Type == ColumnType.Json ? "STRING" : Of(column));

    /// <summary>A text of <see cref="InsertRowWriter"/> as the value it stands for.</summary>
    public static string FromText(Column column, string text) => column.Type switch
    {
        ColumnType.Text => text,
        ColumnType.Json => FromJson(text),
        _ => $"CAST({text} AS {Of(column)})",
    };

    /// <summary>JSON whose numbers have more digits than a double keeps must not fail the landing: BigQuery's JSON rounds them.</summary>
    public static string FromJson(string text) => $"PARSE_JSON({text}, wide_number_mode=>'round')";

    /// <summary>A value in a form that can be compared, grouped and told apart: BigQuery's JSON can not.</summary>
    public static string Comparable(Column column, string value) => column.Type == ColumnType.Json ? $"TO_JSON_STRING({value})" : value;

    /// <summary>As a type and its digits, for people and for comparison.</summary>
    public static string Words(TableField field) => field.Precision is { } precision ? $"{field.Type}({precision}, {field.Scale ?? 0})" : field.Type;

    /// <summary>Whether BigQuery can bind partitions and clusters to the type.</summary>
    public static bool Clusters(Column column) => column.Type is not (ColumnType.Double or ColumnType.Json or ColumnType.Time);
}

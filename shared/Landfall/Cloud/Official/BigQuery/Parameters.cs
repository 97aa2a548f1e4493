using Data = Google.Apis.Bigquery.v2.Data;

namespace Landfall.Cloud;

/// <summary>A query's parameter as Google's client sends it (https://cloud.google.com/bigquery/docs/reference/rest/v2/QueryParameter). NULL is a value left out.</summary>
internal static class Parameters
{
    public static Data.QueryParameter Of(QueryParameter parameter) => new() { Name = parameter.Name, ParameterType = Type(parameter), ParameterValue = Value(parameter) };

    private static Data.QueryParameterType Type(QueryParameter parameter) => parameter switch
    {
        { IsArray: false } => Named(parameter.Type!),
        { Type: { } element } => new() { Type = "ARRAY", ArrayType = Named(element) },
        _ => new()
        {
            Type = "ARRAY",
            ArrayType = new() { Type = "STRUCT", StructTypes = [.. parameter.Fields.Select(field => new Data.QueryParameterType.StructTypesData { Name = field.Name, Type = Named(field.Type) })] },
        },
    };

    private static Data.QueryParameterValue Value(QueryParameter parameter) =>
        parameter.IsArray
            ? new() { ArrayValues = [.. parameter.Values.Select(Scalar), .. parameter.Rows.Select(row => Row(parameter.Fields, row))] }
            : Scalar(parameter.Values[0]);

    private static Data.QueryParameterValue Row(IReadOnlyList<TableField> fields, IReadOnlyList<string?> row) =>
        new() { StructValues = fields.Select((field, i) => (field.Name, Value: Scalar(row[i]))).ToDictionary(one => one.Name, one => one.Value) };

    private static Data.QueryParameterValue Scalar(string? value) => new() { Value = value };

    private static Data.QueryParameterType Named(string type) => new() { Type = type };
}

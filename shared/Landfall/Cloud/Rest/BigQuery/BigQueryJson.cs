using System.Text.Json.Serialization;

namespace Landfall.Cloud;

/// <summary>BigQuery's JSON, without what is null. All its numbers that are used are of 64 bits, and stand in strings.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BigQueryReplies.Job))]
[JsonSerializable(typeof(BigQueryReplies.Page))]
[JsonSerializable(typeof(BigQueryReplies.Inserted))]
[JsonSerializable(typeof(TableJson.Table))]
[JsonSerializable(typeof(TableJson.Dataset))]
internal sealed partial class BigQueryJson : JsonSerializerContext;

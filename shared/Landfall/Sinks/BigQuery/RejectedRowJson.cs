using System.Text.Json.Serialization;

namespace Landfall.Sinks.BigQuery;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RejectedRow))]
internal sealed partial class RejectedRowJson : JsonSerializerContext;

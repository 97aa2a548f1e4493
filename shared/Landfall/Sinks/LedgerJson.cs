using System.Text.Json.Serialization;

namespace Landfall.Sinks;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LedgerDetails))]
internal sealed partial class LedgerJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Landfall.Cloud;

/// <summary>The members of Cloud Storage's JSON that are used. Its 64-bit numbers stand in strings.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(StorageReplies.StorageObject))]
[JsonSerializable(typeof(StorageReplies.Notes))]
[JsonSerializable(typeof(StorageReplies.Composition))]
[JsonSerializable(typeof(StorageReplies.Page))]
[JsonSerializable(typeof(StorageReplies.Rewrite))]
[JsonSerializable(typeof(StorageReplies.Failure))]
internal sealed partial class StorageJson : JsonSerializerContext;

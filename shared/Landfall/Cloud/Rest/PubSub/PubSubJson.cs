using System.Text.Json.Serialization;

namespace Landfall.Cloud;

/// <summary>The members of Pub/Sub's JSON that are used.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PublishReply))]
[JsonSerializable(typeof(PullReply))]
[JsonSerializable(typeof(PullRequest))]
[JsonSerializable(typeof(ModifyAckDeadlineRequest))]
[JsonSerializable(typeof(AcknowledgeRequest))]
[JsonSerializable(typeof(SubscriptionReply))]
internal sealed partial class PubSubJson : JsonSerializerContext;

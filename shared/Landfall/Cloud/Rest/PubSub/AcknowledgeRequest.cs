namespace Landfall.Cloud;

/// <summary>The body of a request that says that messages are done with.</summary>
internal sealed record AcknowledgeRequest(IReadOnlyList<string> AckIds);

namespace Landfall.Cloud;

/// <summary>The body of a request that says until when messages are held; 0 gives them back.</summary>
internal sealed record ModifyAckDeadlineRequest(IReadOnlyList<string> AckIds, int AckDeadlineSeconds);

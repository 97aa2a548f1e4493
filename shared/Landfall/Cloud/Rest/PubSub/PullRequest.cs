namespace Landfall.Cloud;

/// <summary>The body of a pull request.</summary>
internal sealed record PullRequest(int MaxMessages);

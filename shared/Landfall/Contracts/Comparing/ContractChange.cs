namespace Landfall.Contracts.Comparing;

/// <summary>One thing in which a contract differs from the one before it.</summary>
/// <param name="Contract">Its id.</param>
/// <param name="Path">Where: <c>people.email.required</c>; empty for the contract as a whole.</param>
/// <param name="IsBreaking">Whether a producer who sends what was good before, or a reader who asks what was there before, finds that it is no longer so.</param>
/// <param name="What">What has changed.</param>
/// <param name="Why">Whom it breaks, or why it breaks nobody.</param>
public sealed record ContractChange(string Contract, string Path, bool IsBreaking, string What, string Why);

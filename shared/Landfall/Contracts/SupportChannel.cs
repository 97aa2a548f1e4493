namespace Landfall.Contracts;

/// <summary>Where people ask about a dataset: one entry of ODCS <c>support[]</c>.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="Tool">What it is in, as written: <c>email</c>, <c>slack</c>…</param>
/// <param name="Url">An absolute URL, of whatever scheme.</param>
/// <param name="Description">For people.</param>
public sealed record SupportChannel(string Channel, string? Tool, Uri? Url, string? Description);

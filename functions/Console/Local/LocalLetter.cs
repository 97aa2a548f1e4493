namespace Landfall.Web.Local;

/// <summary>A message that was given up.</summary>
/// <param name="From">The subscription that gave it up.</param>
/// <param name="Object">The object it was about; null for none.</param>
public sealed record LocalLetter(string MessageId, string From, string? Object, DateTimeOffset Published);

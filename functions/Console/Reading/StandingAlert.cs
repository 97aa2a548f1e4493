namespace Landfall.Web.Reading;

/// <summary>Something that a person should know.</summary>
/// <param name="Since">Since when it is known; null where nobody has been told yet.</param>
public sealed record StandingAlert(string Contract, string Kind, string Owner, string? Support, string Detail, string Command, DateTimeOffset? Since);

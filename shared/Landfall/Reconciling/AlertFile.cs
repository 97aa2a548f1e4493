namespace Landfall.Reconciling;

/// <summary>The object that remembers an alert: what its log line said, for programs and people that come later. Since when it stands is when the object was made.</summary>
/// <param name="Tick">Of two ticks at once that find the same each writes other bytes: after a lost reply each knows whether the object is its own.</param>
internal sealed record AlertFile(string Contract, string Kind, string Owner, string? Support, string Detail, string Runbook, string Command, Guid Tick)
{
    public static AlertFile Of(Alert alert, Guid tick) => new(alert.Contract, alert.Word, alert.Owner, alert.Support, alert.Detail, alert.Runbook, alert.Command, tick);
}

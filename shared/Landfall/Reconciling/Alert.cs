using Landfall.Contracts;

namespace Landfall.Reconciling;

/// <summary>Something that a person should know. It stands until it is so no more.</summary>
/// <param name="Contract">The contract's id; <see cref="Nobody"/> for what no contract claims.</param>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Owner">The team that owns the contract.</param>
/// <param name="Support">Where people ask about it; null where the contract does not say.</param>
/// <param name="Detail">What was found and what was expected. Never a cell's value.</param>
/// <param name="Command">What to run.</param>
public sealed record Alert(string Contract, AlertKind Kind, string Owner, string? Support, string Detail, string Command)
{
    /// <summary>Stands for the contract, as in receipts, of what none claims.</summary>
    public const string Nobody = "unclaimed";

    /// <summary>The kind as a word: <c>dead-letters</c>.</summary>
    public string Word => WordOf(Kind);

    /// <summary>The paragraph of the runbook on it.</summary>
    public string Runbook => $"shared/RUNBOOK.md#{Word}";

    /// <summary>The word of a kind.</summary>
    public static string WordOf(AlertKind kind) => kind switch
    {
        AlertKind.Missing => "missing",
        AlertKind.Late => "late",
        AlertKind.Small => "small",
        AlertKind.Large => "large",
        AlertKind.Waiting => "waiting",
        AlertKind.Unfinished => "unfinished",
        AlertKind.Unbalanced => "unbalanced",
        _ => "dead-letters",
    };

    internal static Alert Of(Contract contract, AlertKind kind, string detail, string command) => new(
        contract.Id.Name, kind, contract.Team, contract.Support is [var channel, ..] ? channel.Url is { } url ? $"{channel.Channel}, {url}" : channel.Channel : null, detail, command);
}

using System.Globalization;
using Landfall.Contracts;
using Landfall.Sinks;

namespace Landfall.Web;

/// <summary>Where pages are.</summary>
/// <param name="Base">What stands before all of them: <c>/console</c>, or nothing.</param>
public sealed record Links(string Base)
{
    public string Overview => $"{Base}/";

    public string Icon => $"{Base}/icon.svg";

    public string Arrivals => $"{Base}/arrivals";

    public string Reports => $"{Base}/reports";

    public string Backups => $"{Base}/backups";

    public string Costs => $"{Base}/costs";

    public string Local => $"{Base}/local";

    public string Dataset(Identifier id) => $"{Base}/datasets/{id}";

    public string Diagram(Identifier id) => $"{Dataset(id)}/tables.svg";

    public string Matrix(Identifier id) => $"{Dataset(id)}/matrix";

    public string Landings(Identifier id, Outcome? outcome = null, LedgerEntry? after = null)
    {
        var query = new List<string>();
        if (outcome is { } only) query.Add($"outcome={OutcomeWords.Of(only)}");
        if (after is not null) query.Add($"after={Place(after)}");
        return $"{Dataset(id)}/landings{(query.Count == 0 ? "" : "?")}{string.Join('&', query)}";
    }

    public string Landing(LedgerEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{Dataset(entry.Source.Contract.Id)}/landings/{entry.Source.Version.LandingId}");

    public string Rejects(LedgerEntry entry) => $"{Landing(entry)}/rejects.csv";

    public string Report(Identifier name) => $"{Reports}/{name}";

    public string Job(string name) => $"{Local}/jobs/{Uri.EscapeDataString(name)}";

    /// <summary>The place of a landing among others: microseconds of its end, and its id.</summary>
    public static string Place(LedgerEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{(entry.FinishedAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}-{entry.Source.Version.LandingId}");
}

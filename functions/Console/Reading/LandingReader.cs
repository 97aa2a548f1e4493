using System.Globalization;
using Landfall.Cloud;
using Landfall.Web.Pages;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Sinks;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Landfall.Web.Reading;

/// <summary>Landings: many, or one with its rejects.</summary>
internal sealed class LandingReader(ContractSet contracts, Ledgers ledgers, QuarantineReader quarantine, Questions questions, TimeProvider clock)
{
    /// <summary>Landings on a page.</summary>
    private const int Some = 50;

    /// <summary>Rejected rows on a landing's page; all of them are in the file.</summary>
    public const int Rejects = 100;

    public async Task<Sheet> ReadAsync(PageRequest page, string id)
    {
        var contract = contracts.Find(id, page.Caller);
        Outcome? only = page.Query("outcome") is { } word ? Known(word) : null;
        var after = page.Query("after") is { } place ? Place(place) : ((DateTimeOffset, long)?)null;
        var query = new LandingsQuery(Some + 1) { Outcome = only, After = after };
        var landings = await ledgers.LandingsAsync(contract, query, page.Cancellation) ?? throw Silent(contract);
        return Sheet.Of<LandingList, LandingsModel>($"Landings of {contract.Name ?? contract.Id.Name}", page.Links.Overview, new(contract, only, [.. landings.Take(Some)], after is null, landings.Count > Some, clock.GetUtcNow()));
    }

    public async Task<Sheet> ReadOneAsync(PageRequest page, string id, string landing)
    {
        var entry = await FindAsync(page, id, landing);
        return Sheet.Of<LandingPage, LandingModel>(entry.Source.Version.Name, page.Links.Overview, new(entry, await FirstAsync(entry, page), clock.GetUtcNow()));
    }

    /// <exception cref="ProblemException">404: there is no such landing; 503: its warehouse does not answer.</exception>
    public async Task<LedgerEntry> FindAsync(PageRequest page, string id, string landing)
    {
        var contract = contracts.Find(id, page.Caller);
        if (!long.TryParse(landing, NumberStyles.None, CultureInfo.InvariantCulture, out var landingId)) throw None(contract);
        var found = await ledgers.LandingAsync(contract, landingId, page.Cancellation) ?? throw Silent(contract);
        return found.Item1 ?? throw None(contract);
    }

    private async Task<IReadOnlyList<QuarantinedRow>?> FirstAsync(LedgerEntry entry, PageRequest page)
    {
        try
        {
            return await questions.AskAsync(async token => await quarantine.ReadAsync(entry, Rejects, token).Select(row => Masked.Of(row, entry.Source.Contract, page.Caller)).ToListAsync(token), page.Cancellation);
        }
        catch (Exception e) when (!page.Cancellation.IsCancellationRequested && e is RetryException or HttpRequestException or NpgsqlException or IOException or ObjectGoneException or OperationCanceledException)
        {
            return null;
        }
    }

    private static Outcome Known(string word) =>
        Enum.GetValues<Outcome>().Where(outcome => outcome is not (Outcome.AlreadyLanded or Outcome.Unclaimed)).Cast<Outcome?>().FirstOrDefault(outcome => OutcomeWords.Of(outcome!.Value) == word)
        ?? throw ProblemException.Bad($"No landing ends {ProblemException.Shown(word)}", "landings are landed, refused, superseded, vanished, uplifted, undone, restored, reverted or erased");

    private static (DateTimeOffset, long) Place(string text) =>
        text.Split('-') is [var end, var id] && long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds < 253_402_300_800_000_000
            && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var landingId)
            ? (DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond), landingId)
            : throw ProblemException.Bad("after is no place among landings", "begin again with the first ones");

    private static ProblemException None(Contract contract) => new(StatusCodes.Status404NotFound, $"{contract.Id} has no such landing", "its landings are on the dataset's page");

    private static ProblemException Silent(Contract contract) => new(StatusCodes.Status503ServiceUnavailable, $"The warehouse of {contract.Id} does not answer", "try again in a moment") { Headers = [("Retry-After", "5")] };
}

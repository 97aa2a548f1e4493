using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>Where a landing's rows come from, an object or the pages of a run: all that the two differ in.</summary>
internal interface IIntake
{
    /// <summary>What a person calls the whole of it: <c>file</c>, <c>run</c>.</summary>
    string Whole { get; }

    /// <summary>Has all rows staged, and those that break the contract in quarantine.</summary>
    /// <param name="attempt">The landing's.</param>
    /// <param name="careful">As in <see cref="ISink.StageAsync"/>.</param>
    /// <param name="tally">Counts them.</param>
    /// <param name="quarantine">Takes the rejects.</param>
    Task<IStaging> StageAsync(Guid attempt, bool careful, Tally tally, Quarantine quarantine, CancellationToken cancellationToken);

    /// <summary>The rows of a feed again, from the first.</summary>
    Task<IRowReader> OpenAsync(Feed feed, CancellationToken cancellationToken);

    /// <summary>Where this attempt's rejects go.</summary>
    Quarantine OpenQuarantine(Guid attempt);

    /// <summary>Keeps the refused source as it is, beside its rejects, where that is done at all; false when it is gone.</summary>
    Task<bool> KeepAsync(Guid attempt, CancellationToken cancellationToken);

    /// <summary>The version that stands where the source was; null when it is gone.</summary>
    Task<StoredObject?> StandingAsync(CancellationToken cancellationToken);
}

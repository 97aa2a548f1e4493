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

    /// <summary>Keeps the source as it is, under a name in a bucket; false when it is gone.</summary>
    Task<bool> KeepAsync(string bucket, string name, CancellationToken cancellationToken);
}

namespace Landfall.Sinks;

/// <summary>
/// A warehouse into which a source may also come in pages, as a run: each page is staged by itself, by whoever gets it and as often as it comes, and the run lands from
/// what is staged. All copies of a page with one content are one; two that differ refuse the run.
/// </summary>
public interface IRunSink : ISink
{
    /// <summary>Begins a page of a run.</summary>
    /// <exception cref="RejectException">The run's time is not one at which rows can be staged.</exception>
    IPageStaging StagePage(Source source);

    /// <summary>Begins an attempt at a run whose rows are staged already; what follows is <see cref="IStaging.DecideAsync"/>.</summary>
    /// <param name="source">The run.</param>
    /// <param name="attempt">As in <see cref="ISink.StageAsync"/>; the rows carry the run's own id instead.</param>
    /// <param name="rows">How many it has.</param>
    /// <param name="pages">In how many pages.</param>
    /// <returns>Its rows, and how many of them are to land: the others were rejected.</returns>
    /// <exception cref="RetryException">Not all of them are visible yet.</exception>
    /// <exception cref="RejectException">They can not be what is meant: there are more, or copies differ, or a page could not be read.</exception>
    Task<(IStaging Staging, long Good)> ResumeAsync(Source source, Guid attempt, long rows, int pages, CancellationToken cancellationToken);

    /// <summary>The rows of a run as they are staged, by line.</summary>
    /// <param name="source">The run.</param>
    /// <param name="onlyRejected">Whether only those that broke the contract.</param>
    IAsyncEnumerable<StagedRow> ReadStagedAsync(Source source, bool onlyRejected, CancellationToken cancellationToken);
}

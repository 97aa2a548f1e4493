namespace Landfall.Sinks;

/// <summary>A warehouse in which the values of a contract's uplift column can be raised, and lowered again. What a run has done stays with it.</summary>
public interface IUpliftSink : ISink
{
    /// <summary>Begins a run: what it reads is valid until the ledger moves, and <see cref="IUplift.CommitAsync"/> knows if it did.</summary>
    /// <param name="source">The run; its contract is prepared.</param>
    /// <param name="attempt">Never used before.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    Task<IUplift> BeginUpliftAsync(Source source, Guid attempt, CancellationToken cancellationToken);
}

using System.Collections.Concurrent;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Rest.Tables;
using Landfall.Sinks;
using Landfall.Sinks.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Landfall.Rest.Writing;

/// <summary>Carries requests that write out: each in one transaction, once.</summary>
internal sealed class Writes(TableStore store, IEnumerable<ISink> sinks, StoredAnswers answers, TimeProvider clock) : IDisposable
{
    /// <summary>How often a request is begun again because others write the same rows.</summary>
    private const int Rounds = 5;

    /// <summary>Connections that may wait for other landings at a time; the rest answers those who read.</summary>
    private const int Writers = 5;

    /// <summary>Of one contract: while somebody else holds its lock, requests for others go on.</summary>
    private const int WritersOfOne = 3;

    /// <summary>How long a request waits for its turn.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turns = new(Writers, Writers);
    private readonly ConcurrentDictionary<Identifier, SemaphoreSlim> _contracts = new();
    private readonly ISink _sink = sinks.First(sink => sink.Kind == SinkKind.Postgres);

    /// <param name="write">The request.</param>
    /// <param name="work">Does it, within the transaction that it is given; called again when that was in vain.</param>
    /// <returns>The answer; perhaps the one that was given when the request came first.</returns>
    /// <exception cref="ProblemException">It can not be done, and nothing is.</exception>
    public async Task<WriteAnswer> RunAsync(WriteRequest write, Func<WriteTransaction, Task<WriteAnswer>> work, CancellationToken cancellationToken)
    {
        var turns = _contracts.GetOrAdd(write.Table.Contract.Id, static _ => new(WritersOfOne, WritersOfOne));
        if (!await turns.WaitAsync(Patience, cancellationToken)) throw Busy();
        var mine = false;
        try
        {
            if (!(mine = await _turns.WaitAsync(Patience, cancellationToken))) throw Busy();
            var careful = false;
            for (var round = 1; ; round++)
            {
                try
                {
                    await _sink.PrepareAsync(write.Table.Contract, cancellationToken);
                    return await RunOnceAsync(write, work, careful, cancellationToken);
                }
                catch (Exception e) when (round < Rounds && IsPassing(e, write.Table))
                {
                    // Has what is missing made again.
                    _sink.Classify(e);
                    careful = true;
                }
                catch (PostgresException e) when (PostgresFaults.Classify(e) is RejectException)
                {
                    throw new ProblemException(
                        StatusCodes.Status422UnprocessableEntity, $"Postgres can not keep the row (SQLSTATE {e.SqlState}{(e.ConstraintName is null ? "" : $", constraint {e.ConstraintName}")})",
                        "look for a value of extraordinary size or form, or for a constraint that the contract does not have");
                }
            }
        }
        finally
        {
            if (mine) _turns.Release();
            turns.Release();
        }
    }

    public void Dispose()
    {
        foreach (var turns in _contracts.Values) turns.Dispose();
        _turns.Dispose();
    }

    private static ProblemException Busy() =>
        new(StatusCodes.Status503ServiceUnavailable, "Too many requests wait to write", "send it again in a moment") { Headers = [("Retry-After", "1")] };

    private async Task<WriteAnswer> RunOnceAsync(WriteRequest write, Func<WriteTransaction, Task<WriteAnswer>> work, bool careful, CancellationToken cancellationToken)
    {
        await using var connection = await store.Database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (write.Key is { } key && await StoredAnswers.ClaimAsync(connection, key, write.Digest, cancellationToken) is { } stored) return stored;
        var carried = new WriteTransaction(connection, transaction, write, careful, clock, cancellationToken);
        var answer = await work(carried);
        if (write.Prefer.DryRun || carried.Committed) return answer;
        if (write.Key is not null) await answers.KeepAsync(connection, write.Key, write.Digest, answer, [write.Source.Version.Identity], cancellationToken);
        // Whether the caller still waits or not: from here on it is done.
        await transaction.CommitAsync(CancellationToken.None);
        return answer;
    }

    /// <summary>Two who wanted one key, a parent that is not there, a table that is gone: the next look at it finds out.</summary>
    private static bool IsPassing(Exception exception, WritableTable table) => PostgresFaults.IsMissing(exception) || exception switch
    {
        PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.CardinalityViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure,
        } => true,
        PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation } e => !ChildRows.Refer(e, table),
        _ => false,
    };
}

namespace Landfall.Cloud;

/// <summary>
/// Jobs that happen once. The id makes it so: BigQuery takes an id a single time and answers 409 ever after, so that whatever was lost, the same job is
/// sent again under the same id until BigQuery knows it. A second id is for a job that is known to have failed, and thereby to have done nothing.
/// </summary>
internal sealed class JobRunner(BigQueryApi api)
{
    /// <summary>Ids that one piece of work may use up.</summary>
    private const int Ids = 3;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Runs a job to its end under ids <c>jobId_0</c>, <c>jobId_1</c>…: the next when the one before failed for a passing reason.</summary>
    /// <param name="jobId">What the ids begin with.</param>
    /// <param name="submit">Sends the job under an id, always the same one.</param>
    /// <param name="operation">What it is for.</param>
    /// <param name="cancellationToken">Ends the waiting; the job goes on.</param>
    /// <returns>The job that succeeded, and its id.</returns>
    /// <exception cref="BigQueryException">It failed.</exception>
    public async Task<(string Id, BigQueryReplies.Job Job)> RunNumberedAsync(
        string jobId, Func<string, CancellationToken, Task<JobSubmission>> submit, BigQueryOperation operation, CancellationToken cancellationToken)
    {
        for (var number = 0; ; number++)
        {
            var id = $"{jobId}_{number}";
            var job = await FinishAsync(id, submit, operation, cancellationToken);
            if (Failure(id, job, operation) is not { } failure) return (id, job);
            if (!failure.IsPassing || number == Ids - 1) throw failure;
            await api.RestAsync(number, cancellationToken);
        }
    }

    /// <summary>The job of a piece of work that <see cref="RunNumberedAsync"/> has brought to a good end; null when there is none.</summary>
    public async Task<(string Id, BigQueryReplies.Job Job)?> FindAsync(string jobId, BigQueryOperation operation, CancellationToken cancellationToken)
    {
        for (var number = 0; number < Ids; number++)
        {
            var id = $"{jobId}_{number}";
            if (await api.GetJobAsync(id, operation, cancellationToken) is not { IsDone: true } job) return null;
            if (job.Status?.ErrorResult is null) return (id, job);
        }
        return null;
    }

    /// <summary>Runs a job to its end under that id and no other.</summary>
    /// <inheritdoc cref="RunNumberedAsync"/>
    public async Task<BigQueryReplies.Job> RunOnceAsync(
        string jobId, Func<string, CancellationToken, Task<JobSubmission>> submit, BigQueryOperation operation, CancellationToken cancellationToken)
    {
        var job = await FinishAsync(jobId, submit, operation, cancellationToken);
        return Failure(jobId, job, operation) is { } failure ? throw failure : job;
    }

    private static BigQueryException? Failure(string id, BigQueryReplies.Job job, BigQueryOperation operation) =>
        job.Status?.ErrorResult is { } error
            ? (operation with { Doing = $"{operation.Doing} (job {id})" }).Refused(error.Reason ?? "invalid", error.Message, status: 0, id)
            : null;

    /// <returns>The job, which is done.</returns>
    private async Task<BigQueryReplies.Job> FinishAsync(
        string id, Func<string, CancellationToken, Task<JobSubmission>> submit, BigQueryOperation operation, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var submission = await submit(id, cancellationToken);
            var job = submission.Job ?? await api.GetJobAsync(id, operation, cancellationToken);
            for (var wait = FirstWait; job is { IsDone: false }; wait = wait * 1.5 < LongestWait ? wait * 1.5 : LongestWait)
            {
                await Task.Delay(wait, api.Google.Clock, cancellationToken);
                job = await api.GetJobAsync(id, operation, cancellationToken);
            }
            if (job is not null) return job;
            if (attempt == Backoff.Retries || !submission.Again)
            {
                throw submission.Refusal as Exception
                    ?? new RetryException($"BigQuery took job {id} ({operation.Doing}), and does not know it in {api.Location}", "Check LANDFALL_LOCATION.");
            }
            await api.Google.Backoff.WaitAsync(attempt, null, cancellationToken);
        }
    }
}

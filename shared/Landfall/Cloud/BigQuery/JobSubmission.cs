namespace Landfall.Cloud;

/// <summary>What became of a job that was sent.</summary>
/// <param name="Job">As BigQuery has it; null when only <c>jobs.get</c> can tell whether it has: even after a refusal, since an attempt before it, whose reply was lost, may have been taken.</param>
/// <param name="Refusal">The answer that left it open.</param>
/// <param name="Again">Whether it is to be sent again when BigQuery does not know the job: the id was taken a moment ago, or the upload is gone.</param>
internal readonly record struct JobSubmission(BigQueryReplies.Job? Job, BigQueryException? Refusal = null, bool Again = true);

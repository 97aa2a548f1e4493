using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Landfall.Local.Storage;
using Npgsql;

namespace Landfall.Local.BigQuery.Jobs;

/// <summary>Takes jobs, runs each once, and keeps what became of it. A job goes on when its caller has gone.</summary>
internal sealed class JobRunner(JobStore store, QueryJob queries, LoadJob loads, TimeProvider clock)
{
    /// <summary>How long a request waits for its job; then it answers with one that is running.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Task> _running = new();

    /// <summary>The job, done or still running.</summary>
    /// <param name="file">What was uploaded with it; null for none. It must stand until the job is done, so that is waited for.</param>
    /// <exception cref="BigQueryFault">It can not be taken: nothing was run.</exception>
    public async Task<JsonObject> InsertAsync(string project, JsonObject request, StagedFile? file, CancellationToken cancellationToken)
    {
        var job = JobResources.New(project, request, clock.GetUtcNow());
        var (kind, configuration) = JobResources.Kind(job);
        if (kind is not ("query" or "load")) throw BigQueryFault.NotSupported($"A {kind} job");
        if (kind == "query" && (bool?)job["configuration"]!["dryRun"] == true)
        {
            QueryJob.Explain(job, configuration);
            JobResources.Finish(job, clock.GetUtcNow());
            job["jobReference"]!.AsObject().Remove("jobId");
            return job;
        }
        await store.BeginAsync(job, cancellationToken);
        var id = JobResources.Id(job);
        var running = RunAsync(job, kind, configuration, file);
        _running[id] = running;
        _ = running.ContinueWith(_ => _running.TryRemove(id, out var _), TaskScheduler.Default);
        if (file is not null) await running;
        else await WaitAsync(id, Patience, cancellationToken);
        return await store.FindAsync(id, CancellationToken.None) ?? throw NoJob(id);
    }

    /// <summary>Waits until the job is done, or the time is over.</summary>
    public async Task WaitAsync(string id, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!_running.TryGetValue(id, out var running)) return;
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(running, Task.Delay(patience, clock, done.Token));
        await done.CancelAsync();
    }

    public async Task<JsonObject> GetAsync(string id, CancellationToken cancellationToken) => await store.FindAsync(id, cancellationToken) ?? throw NoJob(id);

    public static BigQueryFault NoJob(string id) => new(404, "notFound", $"Not found: Job {LocalCloud.Project}:{id}");

    private async Task RunAsync(JsonObject job, string kind, JsonObject configuration, StagedFile? file)
    {
        string? rowsOf = null;
        try
        {
            if (kind == "query") rowsOf = await queries.RunAsync(job, configuration, CancellationToken.None);
            else await loads.RunAsync(job, configuration, file, CancellationToken.None);
            JobResources.Finish(job, clock.GetUtcNow());
        }
        catch (BigQueryFault fault)
        {
            JobResources.Fail(job, fault, clock.GetUtcNow());
        }
        catch (PostgresException e)
        {
            JobResources.Fail(job, new BigQueryFault(400, kind == "query" ? "invalidQuery" : "invalid", e.MessageText), clock.GetUtcNow());
        }
        catch (Exception e)
        {
            JobResources.Fail(job, new BigQueryFault(500, "jobInternalError", $"The local BigQuery: {e.GetType().Name}: {e.Message}"), clock.GetUtcNow());
        }
        await store.SaveAsync(job, rowsOf, CancellationToken.None);
    }
}

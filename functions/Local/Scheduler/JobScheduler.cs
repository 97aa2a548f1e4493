using System.Collections.Concurrent;
using System.Globalization;

namespace Landfall.Local.Scheduler;

/// <summary>
/// Cloud Scheduler: sends each job's tick when it is due, and when a person asks. A tick that is not taken is sent again, a few times; like Google's it may
/// come twice, never at once, and what was due while nobody ran it is not made good.
/// </summary>
internal sealed class JobScheduler(IReadOnlyList<ScheduledJob> jobs, TimeProvider clock, Action<string> complain) : IAsyncDisposable
{
    private const int Attempts = 5;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(30) };
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _running = new();
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, int Status)> _last = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private int _pending;

    public IReadOnlyList<ScheduledJob> Jobs => jobs;

    /// <summary>Whether no tick is under way.</summary>
    public bool Idle => Volatile.Read(ref _pending) == 0;

    public void Start() => _loop = Task.Run(LoopAsync, CancellationToken.None);

    /// <summary>The job's last attempt, or null.</summary>
    public (DateTimeOffset At, int Status)? Last(ScheduledJob job) => _last.TryGetValue(job.Name, out var last) ? last : null;

    /// <summary>Sends a tick as <see cref="RunAsync"/> does, and waits for nothing.</summary>
    public void Fire(ScheduledJob job, DateTimeOffset due) => _ = RunQuietlyAsync(job, due);

    /// <summary>Sends a tick until it is taken, five times at most, with pauses of 1, 2, 4 and 8 s.</summary>
    /// <returns>The last answer's status.</returns>
    public async Task<int> RunAsync(ScheduledJob job, DateTimeOffset due)
    {
        Interlocked.Increment(ref _pending);
        var alone = _running.GetOrAdd(job.Name, _ => new(1));
        await alone.WaitAsync(_stop.Token);
        try
        {
            var status = 0;
            for (var attempt = 1; attempt <= Attempts; attempt++)
            {
                status = await SendAsync(job, due);
                _last[job.Name] = (clock.GetUtcNow(), status);
                if (status is >= 200 and < 300) return status;
                if (attempt < Attempts) await Task.Delay(TimeSpan.FromSeconds(1 << (attempt - 1)), clock, _stop.Token);
            }
            complain($"given up   the tick of {job.Name}: it was answered {status}, {Attempts} times");
            return status;
        }
        finally
        {
            alone.Release();
            Interlocked.Decrement(ref _pending);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                var now = clock.GetUtcNow();
                var next = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, now.Minute, 0, TimeSpan.Zero).AddMinutes(1);
                await Task.Delay(next - now, clock, _stop.Token);
                foreach (var job in jobs.Where(job => job.IsDue(next))) Fire(job, next);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task RunQuietlyAsync(ScheduledJob job, DateTimeOffset due)
    {
        try
        {
            await RunAsync(job, due);
        }
        catch (OperationCanceledException)
        {
            // The program ends; the next tick will do it.
        }
    }

    private async Task<int> SendAsync(ScheduledJob job, DateTimeOffset due)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, job.Target);
        request.Headers.UserAgent.ParseAdd("Google-Cloud-Scheduler");
        request.Headers.Add("X-CloudScheduler", "true");
        request.Headers.Add("X-CloudScheduler-JobName", job.FullName);
        request.Headers.Add("X-CloudScheduler-ScheduleTime", due.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        try
        {
            using var response = await _http.SendAsync(request, _stop.Token);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 503;
        }
    }
}

using Landfall.Cloud;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Landfall.Hosting.Live;

/// <summary>
/// Follows the contracts of a bucket. Before a request, at most once a minute, the bucket is asked whether they have changed, and all that was made of them is made anew: a file that
/// comes after its contract finds it. There is no timer: between requests an instance has no processor.
/// </summary>
/// <param name="root">The services of the start.</param>
/// <param name="registered">What they were made of.</param>
internal sealed class LiveServices(IServiceProvider root, IReadOnlyList<ServiceDescriptor> registered) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Requests wait for no longer; the contracts they have are good.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Settings _settings = root.GetRequiredService<Settings>();
    private readonly TimeProvider _time = root.GetRequiredService<TimeProvider>();
    private readonly ILogger _log = root.GetRequiredService<ILogger<LiveServices>>();
    private readonly SemaphoreSlim _one = new(1);
    private ContractBucket _bucket = null!;
    private Func<IServiceProvider, RequestDelegate> _make = null!;
    private volatile ServedRelease _current = null!;
    private long _checked;

    /// <summary>What was found at fault last, so that it is told once.</summary>
    private string? _refused;

    /// <param name="make">Makes of services what answers requests; what it throws is a fault of settings or contracts.</param>
    /// <returns>What answers requests, with the newest contracts that are good.</returns>
    public RequestDelegate Handle(Func<IServiceProvider, RequestDelegate> make)
    {
        var handler = make(root);
        if (ContractUri.Of(_settings.Contracts) is not { } where || root.GetRequiredService<ContractRelease>().Stamp is not { } stamp) return handler;
        (_bucket, _make, _checked) = (new(root.GetRequiredService<CloudStorage>(), where), make, _time.GetTimestamp());
        _current = new(handler, stamp, services: null);
        return AnswerAsync;
    }

    public async ValueTask DisposeAsync()
    {
        if (_current is not null) await _current.LeaveAsync();
        _one.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        await FollowAsync(context.RequestAborted);
        var release = _current;
        while (!release.TryEnter()) release = _current;
        try
        {
            await release.Handler(context);
        }
        finally
        {
            await release.LeaveAsync();
        }
    }

    private async Task FollowAsync(CancellationToken waiting)
    {
        if (!IsDue) return;
        // All who come meanwhile wait, too: one of them may bring the file that the new contract is for.
        await _one.WaitAsync(waiting);
        try
        {
            if (!IsDue) return;
            await CheckAsync();
            Volatile.Write(ref _checked, _time.GetTimestamp());
        }
        finally
        {
            _one.Release();
        }
    }

    private bool IsDue => _time.GetElapsedTime(Volatile.Read(ref _checked)) >= Interval;

    private async Task CheckAsync()
    {
        // Not the request's: another one waits for it, too.
        using var patience = new CancellationTokenSource(Patience, _time);
        string? found = null;
        ServedRelease? old = null;
        try
        {
            var listing = await _bucket.ListAsync(patience.Token);
            found = listing.Stamp;
            if (found == _current.Stamp) _refused = null;
            if (found == _current.Stamp || found == _refused) return;
            var release = await ContractRelease.ReadAsync(_bucket, listing, _settings, patience.Token);
            var next = await BuildAsync(release);
            (old, _current, _refused) = (_current, next, null);
            HostLog.ContractsChanged(_log, _bucket.Where.ToString(), release.Contracts.All.Count);
        }
        catch (Exception e) when (e is RetryException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            HostLog.ContractsUnreachable(_log, _bucket.Where.ToString(), e is not OperationCanceledException ? e.Message : $"no answer within {Patience.TotalSeconds} s");
        }
        catch (Exception e)
        {
            // Whatever is wrong with what is new, what is old goes on.
            if ((found ?? e.Message) == _refused) return;
            _refused = found ?? e.Message;
            HostLog.ContractsRefused(_log, e is FormatException ? null : e, _bucket.Where.ToString(), e.Message);
        }
        if (old is not null) await old.LeaveAsync();
    }

    private async Task<ServedRelease> BuildAsync(ContractRelease release)
    {
        var services = new ServiceCollection();
        foreach (var descriptor in registered) services.Add(descriptor);
        services.Replace(ServiceDescriptor.Singleton(release));
        // What knows no contract goes on: one log, one clock, one set of connections and credentials.
        services.Replace(ServiceDescriptor.Singleton(root.GetRequiredService<ILoggerFactory>()));
        services.Replace(ServiceDescriptor.Singleton(root.GetRequiredService<CloudStorage>()));
        var provider = services.BuildServiceProvider();
        try
        {
            return new(_make(provider), release.Stamp!, provider);
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }
}

using Microsoft.AspNetCore.Http;

namespace Landfall.Hosting.Live;

/// <summary>One release as it serves requests; what it is made of goes when another has taken its place and its last request has ended.</summary>
/// <param name="handler">What answers.</param>
/// <param name="stamp">Of its contracts.</param>
/// <param name="services">To be disposed; null where the host does that.</param>
internal sealed class ServedRelease(RequestDelegate handler, string stamp, IAsyncDisposable? services)
{
    /// <summary>Requests, and one as long as it is the newest.</summary>
    private int _users = 1;

    public RequestDelegate Handler => handler;

    public string Stamp => stamp;

    /// <returns>False when it is gone: there is a newer one.</returns>
    public bool TryEnter()
    {
        for (var users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
        {
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users) return true;
        }
        return false;
    }

    public ValueTask LeaveAsync() => Interlocked.Decrement(ref _users) == 0 && services is not null ? services.DisposeAsync() : ValueTask.CompletedTask;
}

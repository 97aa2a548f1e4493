using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Landfall.Hosting.Access;

/// <summary>
/// How many requests a caller may send: <see cref="Settings.ApiRate"/> a second, and twice as many at once. A token bucket a caller, in memory: each instance of the function counts for itself.
/// </summary>
public sealed class RateLimit(Settings settings, TimeProvider time)
{
    /// <summary>Beyond it those that are full, as good as new, are forgotten.</summary>
    private const int MaxCallers = 10_000;

    private readonly ConcurrentDictionary<string, Bucket> _buckets = new();

    /// <summary>Of the buckets: to ask the dictionary would lock it.</summary>
    private int _count;

    /// <exception cref="ProblemException">429 with <c>Retry-After</c>.</exception>
    public void Count(HttpContext context, Caller caller)
    {
        if (Take(caller.Email ?? context.Connection.RemoteIpAddress?.ToString() ?? "") is not { } wait) return;
        var seconds = $"{Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))}";
        throw new ProblemException(StatusCodes.Status429TooManyRequests, $"You have sent more than {settings.ApiRate} requests a second", $"wait {seconds} s") { Headers = [("Retry-After", seconds)] };
    }

    private double Burst => settings.ApiRate * 2.0;

    /// <summary>Seconds of a clock that only goes forward.</summary>
    private double Now => (double)time.GetTimestamp() / time.TimestampFrequency;

    /// <returns>Null when the request may pass, or else how long until one may.</returns>
    private TimeSpan? Take(string caller)
    {
        if (!_buckets.TryGetValue(caller, out var bucket))
        {
            if (Interlocked.Increment(ref _count) > MaxCallers) Forget();
            bucket = _buckets.GetOrAdd(caller, static (_, self) => new Bucket(self.Burst, self.Now), this);
        }
        return bucket.Take(settings.ApiRate, Burst, Now);
    }

    private void Forget()
    {
        foreach (var (caller, bucket) in _buckets)
        {
            if (bucket.IsFull(settings.ApiRate, Burst, Now)) _buckets.TryRemove(caller, out _);
        }
        Volatile.Write(ref _count, _buckets.Count);
    }

    private sealed class Bucket(double tokens, double then)
    {
        private readonly Lock _lock = new();
        private double _tokens = tokens, _then = then;

        public TimeSpan? Take(int rate, double burst, double now)
        {
            lock (_lock)
            {
                _tokens = Math.Min(burst, _tokens + ((now - _then) * rate));
                _then = now;
                if (_tokens < 1) return TimeSpan.FromSeconds((1 - _tokens) / rate);
                _tokens--;
                return null;
            }
        }

        public bool IsFull(int rate, double burst, double now)
        {
            lock (_lock) return _tokens + ((now - _then) * rate) >= burst;
        }
    }
}

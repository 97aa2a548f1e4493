using System.Collections.Concurrent;

namespace Landfall.Rest.Routing;

/// <summary>A token bucket a caller, in memory: each instance of the function counts for itself.</summary>
/// <param name="rate">Requests a second; twice as many may come at once.</param>
internal sealed class RateLimit(int rate, TimeProvider time)
{
    /// <summary>Beyond it those that are full, as good as new, are forgotten.</summary>
    private const int MaxCallers = 10_000;

    private readonly ConcurrentDictionary<string, Bucket> _buckets = new();

    /// <summary>Of the buckets: to ask the dictionary would lock it.</summary>
    private int _count;

    /// <returns>Null when the request may pass, or else how long until one may.</returns>
    public TimeSpan? Take(string caller)
    {
        if (!_buckets.TryGetValue(caller, out var bucket))
        {
            if (Interlocked.Increment(ref _count) > MaxCallers) Forget();
            bucket = _buckets.GetOrAdd(caller, static (_, self) => new Bucket(self.Burst, self.Now), this);
        }
        return bucket.Take(rate, Burst, Now);
    }

    private double Burst => rate * 2.0;

    /// <summary>Seconds of a clock that only goes forward.</summary>
    private double Now => (double)time.GetTimestamp() / time.TimestampFrequency;

    private void Forget()
    {
        foreach (var (caller, bucket) in _buckets)
        {
            if (bucket.IsFull(rate, Burst, Now)) _buckets.TryRemove(caller, out _);
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

namespace Landfall.Local.PubSub;

/// <summary>
/// Makes deliveries misbehave as Pub/Sub is allowed to. What happens follows from the seed, the message's id and the attempt alone, whatever runs at
/// the same time: a seed that found a bug finds it again.
/// </summary>
public sealed class Chaos(int seed)
{
    /// <summary>Later attempts are left alone: chaos delays a landing, and never buries it.</summary>
    private const int Attempts = 5;

    private readonly long[] _done = new long[Enum.GetValues<Fault>().Length];

    /// <summary>How often each fault was done.</summary>
    public long Done(Fault fault) => Interlocked.Read(ref _done[(int)fault]);

    /// <summary>What to do to a delivery, and for how long where it is a wait.</summary>
    public (Fault Fault, TimeSpan Wait) Next(Delivery delivery)
    {
        var dice = Mix(Mix((ulong)seed) ^ Mix(((ulong)delivery.MessageId << 8) | (uint)delivery.Attempt));
        var fault = delivery.Attempt > Attempts ? Fault.None : (dice % 100) switch
        {
            < 10 => Fault.Dropped,
            < 20 => Fault.AnswerLost,
            < 30 => Fault.Repeated,
            < 40 => Fault.Doubled,
            < 50 => Fault.Delayed,
            < 60 => Fault.Reordered,
            _ => Fault.None,
        };
        Interlocked.Increment(ref _done[(int)fault]);
        return (fault, TimeSpan.FromMilliseconds((dice >> 32) % 300));
    }

    /// <summary>One line for the end: what was done.</summary>
    public override string ToString() =>
        $"chaos {seed}: {_done.Sum()} deliveries, "
        + string.Join(", ", Enum.GetValues<Fault>().Skip(1).Select(fault => $"{Done(fault)} {Words(fault)}"));

    private static string Words(Fault fault) => fault == Fault.AnswerLost ? "answers lost" : fault.ToString().ToLowerInvariant();

    /// <summary>The finalizer of SplitMix64: each bit of the result depends on all of <paramref name="value"/>.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

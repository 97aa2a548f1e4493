namespace Landfall.Tests.Faults;

/// <summary>A clock that is set anew at about every third look, by up to twenty hours either way; waits and time limits go by the machine's.</summary>
internal sealed class JumpingClock(int seed) : TimeProvider
{
    private readonly Random _dice = new(seed);
    private readonly Lock _lock = new();
    private TimeSpan _off;

    /// <summary>How often it has gone backwards.</summary>
    public int Back { get; private set; }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            if (_dice.Next(3) == 0)
            {
                var next = TimeSpan.FromMinutes(_dice.Next(-1200, 1200));
                if (next < _off) Back++;
                _off = next;
            }
            return base.GetUtcNow() + _off;
        }
    }
}

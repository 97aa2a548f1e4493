namespace Landfall.Sinks;

/// <summary>
/// Which of two sources is the newer one: by the date in the name, then by creation, then by generation (a tie-break only: Google promises no order
/// among generations). A later day's file is newer than a corrected earlier one.
/// </summary>
/// <param name="Date">The date in the object's name; none is older than any.</param>
/// <param name="Created">When the version came into being.</param>
/// <param name="Generation">The version.</param>
public readonly record struct SourceOrder(DateOnly? Date, DateTimeOffset Created, long Generation) : IComparable<SourceOrder>
{
    private const int TimeBits = 47;

    /// <summary>
    /// Date and creation in one number, for the <c>_order</c> of an upserted row: 16 bits of days since 1970, 47 of milliseconds since 1970.
    /// Two sources of the same day and millisecond fold alike; then the greater <c>_landing_id</c> wins, in every order of arrival.
    /// </summary>
    public long Folded
    {
        get
        {
            var days = Date is { } date ? Math.Clamp(date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber, 0, ushort.MaxValue) : 0;
            return ((long)days << TimeBits) | Math.Clamp(Created.ToUnixTimeMilliseconds(), 0, (1L << TimeBits) - 1);
        }
    }

    public int CompareTo(SourceOrder other)
    {
        var byDate = Nullable.Compare(Date, other.Date);
        if (byDate != 0) return byDate;
        var byTime = Created.CompareTo(other.Created);
        return byTime != 0 ? byTime : Generation.CompareTo(other.Generation);
    }

    public static bool operator <(SourceOrder left, SourceOrder right) => left.CompareTo(right) < 0;

    public static bool operator >(SourceOrder left, SourceOrder right) => left.CompareTo(right) > 0;

    public static bool operator <=(SourceOrder left, SourceOrder right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SourceOrder left, SourceOrder right) => left.CompareTo(right) >= 0;
}

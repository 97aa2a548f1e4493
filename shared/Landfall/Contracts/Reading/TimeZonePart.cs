namespace Landfall.Contracts.Reading;

/// <summary>The <c>timeZone</c> of a <c>landfall</c> map: an id of the IANA time zone database.</summary>
internal static class TimeZonePart
{
    private const string Word = "timeZone";

    public static TimeZoneInfo Read(YamlMap map)
    {
        if (map.Text(Word) is not { } id) return TimeZoneInfo.Utc;
        if (id is "UTC" or "Etc/UTC") return TimeZoneInfo.Utc;
        // On Unix an id is a file below /usr/share/zoneinfo, and must stay there.
        if (id.Length < 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || "_+-/".Contains(c, StringComparison.Ordinal)) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;
        map.Fault(Word, $"is {Spelling.Shown(id)}; expected an IANA time zone, for example Europe/Berlin, that this machine knows",
            Spelling.Hint(id, [.. TimeZoneInfo.GetSystemTimeZones().Select(known => known.Id)]));
        return TimeZoneInfo.Utc;
    }
}

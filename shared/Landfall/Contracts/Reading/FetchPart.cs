namespace Landfall.Contracts.Reading;

/// <summary>Where a dataset's file is downloaded from: <c>fetch</c>, one URL, at the ticks of the contract's schedule.</summary>
internal static class FetchPart
{
    private const string Word = "fetch";

    public static void Read(ContractDraft draft)
    {
        if (draft.Landfall is not { } map || map.Text(Word) is not { } text) return;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || url.Host.Length == 0)
        {
            map.Fault(Word, $"is {Spelling.Shown(text.Split('?')[0])}; expected a URL that begins with https://", "What comes by http could have been changed by anybody on its way");
            return;
        }
        if (url.UserInfo.Length > 0) map.Fault(Word, "holds a user's name or password", "A contract is for everybody to read: publish the file without, or bring it by another program");
        if (url.Fragment.Length > 0) map.Fault(Word, "holds a '#', and what is behind it is never sent", "Remove it");
        if (draft.Object is { } pattern && pattern.Name.Contains('*', StringComparison.Ordinal))
            map.Fault(Word, $"fills one object, and 'object' is '{pattern}', which may be many", "Write the object's whole name; {date:…} is the day of the tick");
        // A frequency that could not be read has its own fault.
        if (draft.Schedule is null && !draft.Sla.Any(property => property is { Property: SlaProperty.Frequency, Scheduler: not null }))
            map.Fault(Word, "has no schedule, so nothing would ever fetch it", "Add to slaProperties: { property: frequency, value: 1, unit: d, scheduler: cron, schedule: \"0 6 * * *\" }");
        draft.Fetch = url;
    }
}

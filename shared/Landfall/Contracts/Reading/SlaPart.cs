namespace Landfall.Contracts.Reading;

/// <summary>What is promised: <c>slaProperties[]</c>. Most of it is for people; <c>retention</c>, <c>latency</c> and the cron schedule of <c>frequency</c> are acted on.</summary>
internal static class SlaPart
{
    private const string Cron = "cron";

    /// <summary>A century: nobody means more, and no date of today's less that much is out of range.</summary>
    private const int MaxDays = 36_500;

    /// <summary>Nobody waits longer for a file before it is missed.</summary>
    private static readonly TimeSpan MaxLatency = TimeSpan.FromDays(31);

    private static readonly string[] Words = ["id", "property", "value", "valueExt", "unit", "element", "driver", "description", "scheduler", "schedule"];

    /// <summary>Units of ODCS and their days. In a retention, <c>m</c> is a month: nobody keeps rows for minutes.</summary>
    private static readonly (string[] Units, int Days)[] Units =
        [(["d", "day", "days"], 1), (["w", "week", "weeks"], 7), (["m", "mo", "month", "months"], 30), (["y", "yr", "year", "years"], 365)];

    /// <summary>Units of a latency, in which <c>m</c> is a minute: nobody promises a file within months.</summary>
    private static readonly (string[] Units, TimeSpan Length)[] LatencyUnits =
        [(["m", "min", "minute", "minutes"], TimeSpan.FromMinutes(1)), (["h", "hr", "hour", "hours"], TimeSpan.FromHours(1)), (["d", "day", "days"], TimeSpan.FromDays(1))];

    public static void Read(ContractDraft draft)
    {
        var properties = new List<SlaProperty>();
        foreach (var map in draft.Map.Maps("slaProperties", "property"))
        {
            map.Allow(Words);
            if (Property(map) is not { } property) continue;
            properties.Add(property);
            if (property.Property == SlaProperty.Retention)
            {
                if (draft.Retention is not null) Twice(map, "a second retention");
                draft.Retention = Retention(map, property);
            }
            else if (property.Property == SlaProperty.Latency)
            {
                if (draft.Latency is not null) Twice(map, "a second latency");
                draft.Latency = Latency(map, property);
            }
            else if (property is { Property: SlaProperty.Frequency, Scheduler: Cron })
            {
                if (draft.Schedule is not null) Twice(map, "a second frequency by cron");
                draft.Schedule = Schedule(map, property.Schedule);
            }
        }
        draft.Sla = properties;
    }

    private static SlaProperty? Property(YamlMap map)
    {
        var name = map.RequiredText("property");
        var value = map.Require("value") ? map.Any("value") : null;
        var rest = new SlaProperty
        {
            Property = name ?? "",
            Value = value ?? "",
            ValueExt = map.Any("valueExt"),
            Unit = map.Text("unit"),
            Element = map.Text("element"),
            Description = map.Text("description"),
            Scheduler = map.Text("scheduler"),
            Schedule = map.Text("schedule"),
        };
        map.Text("driver");
        if (rest is { Schedule: not null, Scheduler: null } && !map.Has("scheduler")) map.Fault("schedule", "stands without a scheduler, which says how to read it", "Add scheduler: cron");
        return name is null || value is null ? null : rest;
    }

    private static TimeSpan? Retention(YamlMap map, SlaProperty property)
    {
        var days = Units.FirstOrDefault(unit => unit.Units.Contains(property.Unit)).Days;
        if (days == 0)
        {
            if (property.Unit is { } unit) map.Fault("unit", $"is {Spelling.Shown(unit)}; expected days, weeks, months or years: d, w, m or y");
            else if (!map.Has("unit")) map.Fault("property", "is a retention without its 'unit'", "Add unit: d, w, m or y");
        }
        var most = MaxDays / Math.Max(days, 1);
        return map.Whole("value", 1, most) is { } value && days > 0 ? TimeSpan.FromDays(value * days) : null;
    }

    private static TimeSpan? Latency(YamlMap map, SlaProperty property)
    {
        var length = LatencyUnits.FirstOrDefault(unit => unit.Units.Contains(property.Unit)).Length;
        if (length == TimeSpan.Zero)
        {
            if (property.Unit is { } unit) map.Fault("unit", $"is {Spelling.Shown(unit)}; expected minutes, hours or days: m, h or d");
            else if (!map.Has("unit")) map.Fault("property", "is a latency without its 'unit'", "Add unit: m, h or d");
        }
        var most = (int)(MaxLatency / (length == TimeSpan.Zero ? TimeSpan.FromMinutes(1) : length));
        return map.Whole("value", 1, most) is { } value && length > TimeSpan.Zero ? length * value : null;
    }

    private static CronExpression? Schedule(YamlMap map, string? text)
    {
        if (text is null)
        {
            if (!map.Has("schedule")) map.Fault("scheduler", "stands without its 'schedule'", "Add schedule: \"0 6 * * *\"");
            return null;
        }
        if (CronExpression.TryParse(text, out var schedule)) return schedule;
        map.Fault("schedule", $"is {Spelling.Shown(text)}; expected cron's five fields (minute, hour, day, month, weekday), for example \"0 6 * * 1-5\"");
        return null;
    }

    private static void Twice(YamlMap map, string what) => map.Fault("property", $"is {what}; there is one for the whole dataset", "Keep one of them");
}

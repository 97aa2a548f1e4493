using System.Globalization;

namespace Landfall.Benchmarks.Scale;

/// <summary>What a landing costs by its size, and a day by its files, as Markdown. Nothing is measured here: it is the sink's own rules and numbers, Google's prices and limits, and what is assumed.</summary>
internal static class ScaleReport
{
    public const int Seed = 42;

    public static readonly IReadOnlyList<int> Days = [10, 100, 1_000, 10_000, 100_000, 1_400_000];

    private static readonly double[] Sizes = [1e6, 10e6, 100e6, 1e9, 10e9, 100e9, 1e12];
    private static readonly int[] Ages = [0, 30, 365];

    public static IEnumerable<string> Lines(int seed)
    {
        foreach (var line in BySize("as it was: parts of 8 MiB", SinkDesign.Before)) yield return line;
        foreach (var line in BySize("now: parts that grow", SinkDesign.Now)) yield return line;
        var days = Days.SelectMany(files => Of(files).Select(deployment => DaySimulation.Run(files, SinkDesign.Now, deployment, seed, Ages))).ToList();
        var busy = days[^1];
        foreach (var line in ByFiles(days)) yield return line;
        foreach (var line in Quota([.. Days.Select(files => days.Last(day => day.Files == files))])) yield return line;
        DayResult[] compared =
        [
            DaySimulation.Run(Days[^1], SinkDesign.Before, Deployed.Default, seed, Ages),
            DaySimulation.Run(Days[^1], SinkDesign.Before, Deployed.Busy, seed, Ages),
            DaySimulation.Run(Days[^1], SinkDesign.Now, Deployed.Default, seed, Ages),
            busy,
        ];
        foreach (var line in Compared(compared)) yield return line;
        foreach (var line in Bill(compared[1], busy)) yield return line;
        foreach (var line in Instances(seed)) yield return line;
        foreach (var line in Scripts()) yield return line;
    }

    private static IEnumerable<Deployed> Of(int files)
    {
        if (files <= 100_000) yield return Deployed.Default;
        if (files >= 10_000) yield return Deployed.Busy;
    }

    internal static IEnumerable<string> BySize(string title, SinkDesign design)
    {
        yield return $"### One landing by its size, {title}\n";
        yield return Row("file", "time", "runs in", "load jobs", "largest part", "memory", "Cloud Run", "queries", "insertAll", "a month's storage", "most used limit");
        yield return Ruler(11);
        foreach (var landing in Sizes.Select(size => new SizedLanding(size, design.PartAfter)))
        {
            var (what, used, limit) = landing.Limits[0];
            yield return Row([
                Size(landing.Bytes), Time(landing.Seconds), landing.IsHandedOver ? "job" : "event", landing.IsStreamed ? "0, streamed" : $"{landing.Parts.Count:N0}", landing.IsStreamed ? "" : Size(landing.Parts.Max(), 1024), Size(landing.Memory, 1024),
                .. landing.Lines.Select(line => Dollars(line.Dollars)), $"{what}: {Share(used / limit)}"]);
        }
        yield return "";
    }

    private static IEnumerable<string> ByFiles(List<DayResult> days)
    {
        yield return "### A day by its files\n";
        yield return Row("files", "concurrency × instances", "landed by midnight", "commits", "a minute, at most under way", "sources a commit, p50, p99", "conflicts", "p50", "p99", "instances", "first day", "after 30 days", "after a year");
        yield return Ruler(13);
        foreach (var day in days)
        {
            yield return Row($"{day.Files:N0}", $"{day.Deployment}", $"{day.LandedInTime:N0}", $"{day.Commits:N0}", $"{day.Commits / 1440.0:0.##}, {day.ScriptsAtOnce}", $"{day.Group(0.5)}, {day.Group(0.99)}", $"{day.Conflicts:N0}",
                Time(day.Latency(0.5)), Time(day.Latency(0.99)), $"{day.Instances}", Dollars(DayBill.Total(day, 0)), Dollars(DayBill.Total(day, 1)), Dollars(DayBill.Total(day, 2)));
        }
        yield return "";
    }

    private static IEnumerable<string> Quota(List<DayResult> days)
    {
        yield return "### Use of each limit\n";
        yield return Row(["limit", "", .. days.Select(day => $"{day.Files:N0}")]);
        yield return Ruler(2 + days.Count);
        foreach (var (what, limit, used) in DayLimits.All) yield return Row([what, $"{limit:N0}", .. days.Select(day => Share(used(day) / limit))]);
        yield return "";
    }

    private static IEnumerable<string> Compared(DayResult[] days)
    {
        yield return "### 1,400,000 files a day\n";
        yield return Row("sink", "concurrency × instances", "landed by midnight", "commits", "sources a commit, p50", "conflicts", "given up", "p50", "p99", "first day", "after 30 days", "after a year");
        yield return Ruler(12);
        foreach (var day in days)
        {
            yield return Row(day.Design.Name, $"{day.Deployment}", $"{day.LandedInTime:N0}", $"{day.Commits:N0}", $"{day.Group(0.5)}", $"{day.Conflicts:N0}", $"{day.GivenUp:N0}", Time(day.Latency(0.5)), Time(day.Latency(0.99)),
                Dollars(DayBill.Total(day, 0)), Dollars(DayBill.Total(day, 1)), Dollars(DayBill.Total(day, 2)));
        }
        yield return "";
    }

    private static IEnumerable<string> Bill(DayResult before, DayResult now)
    {
        yield return $"### Where the money goes, 1,400,000 files, concurrency {now.Deployment.Concurrency}, one instance\n";
        yield return Row("line", "before, first day", "after 30 days", "after a year", "now, first day", "after 30 days", "after a year");
        yield return Ruler(7);
        var bills = new[] { before, now }.SelectMany(day => Enumerable.Range(0, 3).Select(age => DayBill.Of(day, age))).ToList();
        for (var line = 0; line < bills[0].Count; line++) yield return Row([bills[0][line].What, .. bills.Select(bill => Dollars(bill[line].Dollars))]);
        yield return Row(["**all**", .. bills.Select(bill => Dollars(bill.Sum(line => line.Dollars)))]);
        yield return "";
    }

    private static IEnumerable<string> Instances(int seed)
    {
        yield return "### By instances and concurrency, and beyond 1,400,000\n";
        yield return Row("files", "concurrency × instances", "landed by midnight", "commits", "sources a commit, p50", "conflicts", "given up", "p50", "p99", "first day");
        yield return Ruler(10);
        foreach (var (files, deployment) in new (int, Deployed)[] { (Days[^1], Deployed.Busy), (Days[^1], new(600, 2, 2)), (Days[^1], new(300, 4, 2)), (Days[^1], new(160, 8, 2)), (Days[^1], new(80, 20, 1)), (Days[^1], Deployed.Default), (2_800_000, Deployed.Busy), (3_500_000, Deployed.Busy), (4_200_000, Deployed.Busy) })
        {
            var day = DaySimulation.Run(files, SinkDesign.Now, deployment, seed, 0);
            yield return Row($"{files:N0}", $"{deployment}", $"{day.LandedInTime:N0}", $"{day.Commits:N0}", $"{day.Group(0.5)}", $"{day.Conflicts:N0}", $"{day.GivenUp:N0}", Time(day.Latency(0.5)), Time(day.Latency(0.99)), Dollars(DayBill.Total(day, 0)));
        }
        yield return "";
    }

    internal static IEnumerable<string> Scripts()
    {
        yield return "### The request of a commit\n";
        yield return Row("sources", "characters of the script, of 1,048,576", "parameters, of 10,000", "bytes of the request, of 10,000,000");
        yield return Ruler(4);
        foreach (var sources in new[] { 1, 200, 500 })
        {
            var (script, parameters, request) = SampleContract.Commit(sources);
            yield return Row($"{sources}", $"{script:N0}", $"{parameters}", $"{request:N0}");
        }
        yield return $"\nAn entry of the ledger has {SampleContract.EntryBytes:0} bytes, of which a look by names reads {SampleContract.NamedBytes:0}.";
    }

    private static string Row(params IEnumerable<string> cells) => Report.Row(cells);

    private static string Ruler(int columns) => $"|{string.Concat(Enumerable.Repeat("---|", columns))}";

    private static string Size(double bytes, double unit = 1000)
    {
        string[] names = unit == 1000 ? ["B", "kB", "MB", "GB", "TB"] : ["B", "KiB", "MiB", "GiB", "TiB"];
        var power = 0;
        for (; bytes >= unit && power < names.Length - 1; power++) bytes /= unit;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {names[power]}");
    }

    private static string Time(double seconds) => seconds switch
    {
        < 100 => $"{seconds:0.0} s",
        < 5400 => $"{seconds / 60:0} min",
        _ => $"{seconds / 3600:0.0} h",
    };

    private static string Dollars(double dollars) => dollars switch
    {
        0 => "",
        < 0.001 => $"${dollars:0.0000}",
        < 10 => $"${dollars:0.00#}",
        _ => $"${dollars:N0}",
    };

    private static string Share(double share) => share switch
    {
        > 1 => $"**{share:P0}**",
        >= 0.01 => $"{share:P0}",
        > 0 => "< 1 %",
        _ => "0",
    };
}

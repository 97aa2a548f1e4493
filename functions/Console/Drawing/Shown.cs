using System.Globalization;
using Landfall.Contracts.Rendering;
using Landfall.Sinks;

namespace Landfall.Web.Drawing;

/// <summary>Numbers, times and texts as pages show them.</summary>
internal static class Shown
{
    /// <summary>1,234,567</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Number(decimal number) => number.ToString("#,##0.##", CultureInfo.InvariantCulture);

    /// <summary>2026-03-10 07:59:59 UTC</summary>
    public static string Time(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>As a machine reads it, in an element <c>time</c>.</summary>
    public static string Iso(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>3 min ago</summary>
    public static string Ago(DateTimeOffset moment, DateTimeOffset now) => (now - moment) switch
    {
        { TotalDays: >= 2 } time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0} days ago"),
        { TotalHours: >= 2 } time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} hours ago"),
        { TotalMinutes: >= 2 } time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} minutes ago"),
        _ => "just now",
    };

    /// <summary>How long a landing took.</summary>
    public static string Took(LedgerEntry entry) => (entry.FinishedAt - entry.StartedAt) switch
    {
        { TotalSeconds: < 1 } time => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalMilliseconds):0} ms"),
        { TotalMinutes: < 2 } time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        var time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
    };

    /// <summary>1.5 MB</summary>
    public static string Size(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var (size, unit) = ((double)bytes, 0);
        for (; size >= 1000 && unit < units.Length - 1; unit++) size /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {units[unit]}");
    }

    /// <summary>A value of a file, on one line, without what would turn the direction of writing; the rest of what is longer is left out.</summary>
    public static string Cell(string? text)
    {
        const int Most = 300;
        var line = Markdown.OneLine(text ?? "", keepSpaces: true);
        return line.Length > Most ? line[..Most] + "…" : line;
    }

    /// <summary>The file's part of an object's name.</summary>
    public static string File(LedgerEntry entry) => Cell(entry.Source.Version.Name[(entry.Source.Version.Name.LastIndexOf('/') + 1)..]);
}

using System.Globalization;
using System.Text;

namespace Landfall.Tests.Reports;

/// <summary>Hires with every trap in them, and the two reports computed without SQL.</summary>
internal sealed class Hiring
{
    /// <summary>Code-point order, which is the order of UTF-8's bytes, differs here from any language's, and for the last two from UTF-16's.</summary>
    private static readonly string[] Names = ["zeta", "Zeta", "alpha", "Alpha", "Émile", "Emile", "émile", "a, \"b\"", "ｚ", "😀"];

    private static readonly string[] Moments =
    [
        "2020-12-31T23:59:59Z", "2021-01-01T00:00:00Z", "2021-03-31T23:59:59Z", "2021-04-01T00:00:00Z", "2021-06-30T23:59:59Z", "2021-07-01T00:00:00Z",
        "2021-09-30T23:59:59Z", "2021-10-01T00:00:00Z", "2021-12-31T23:59:59Z", "2022-01-01T00:00:00Z", "2021-01-01T00:30:00+01:00", "2021-12-31T23:30:00-01:00",
    ];

    private readonly List<(long Id, DateTimeOffset At, int Department, int Job)> _hires = [];

    /// <param name="seed">Of the hires that are not on a boundary.</param>
    /// <param name="many">How many those are.</param>
    public Hiring(int seed, int many)
    {
        var random = new Random(seed);
        // Of ten departments the last two hire nobody.
        foreach (var moment in Moments) Add(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture), random.Next(1, 9), random.Next(1, Names.Length + 1));
        var start = new DateTimeOffset(2020, 6, 1, 0, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < many; i++) Add(start.AddSeconds(random.NextInt64(86_400L * 365 * 2)), Math.Min(random.Next(1, 9), random.Next(1, 9)), random.Next(1, Names.Length + 1));
        // Two that are equal, whatever the others are, far above the mean.
        foreach (var department in (int[])[3, 7])
        {
            for (var have = _hires.Count(hire => hire.Department == department && hire.At.UtcDateTime.Year == 2021); have < many; have++) Add(start.AddYears(1).AddSeconds(random.Next(86_400 * 100)), department, 1);
        }
    }

    public string Departments { get; } = string.Concat(Names.Select((name, i) => $"{i + 1},{Cell(name)}\n"));

    public string Jobs { get; } = string.Concat(Names.Reverse().Select((name, i) => $"{i + 1},{Cell(name)}\n"));

    public string Hires => string.Concat(_hires.Select(hire => $"{hire.Id},Somebody,{hire.At:yyyy-MM-ddTHH:mm:sszzz},{hire.Department},{hire.Job}\n"));

    public List<string> Quarters(int year) =>
    [
        .. In(year).GroupBy(hire => (hire.Department, hire.Job))
            .OrderBy(pair => Points(Department(pair.Key.Department)), StringComparer.Ordinal).ThenBy(pair => Points(Job(pair.Key.Job)), StringComparer.Ordinal)
            .Select(pair => string.Join('|', [Department(pair.Key.Department), Job(pair.Key.Job), .. Enumerable.Range(1, 4).Select(q => $"{pair.Count(hire => ((hire.At.UtcDateTime.Month - 1) / 3) + 1 == q)}")])),
    ];

    /// <param name="overAll">Whether departments without a hire count into the mean: they do.</param>
    public List<string> Above(int year, bool overAll = true)
    {
        var counts = Enumerable.Range(1, Names.Length).Select(id => (Id: id, Hired: In(year).Count(hire => hire.Department == id))).ToList();
        var mean = counts.Where(department => overAll || department.Hired > 0).Average(department => (decimal)department.Hired);
        return [.. counts.Where(department => department.Hired > mean).OrderByDescending(department => department.Hired).ThenBy(department => department.Id).Select(d => $"{d.Id}|{Department(d.Id)}|{d.Hired}")];
    }

    private IEnumerable<(long Id, DateTimeOffset At, int Department, int Job)> In(int year) => _hires.Where(hire => hire.At.UtcDateTime.Year == year);

    private void Add(DateTimeOffset at, int department, int job) => _hires.Add((_hires.Count + 1, at, department, job));

    private static string Department(int id) => Names[id - 1];

    private static string Job(int id) => Names[^id];

    /// <summary>A text that is ordered by UTF-16 units as the other is by code points.</summary>
    private static string Points(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    private static string Cell(string text) => text.AsSpan().ContainsAny(',', '"') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}

using System.Globalization;
using System.Runtime.InteropServices;

namespace Landfall.Benchmarks;

/// <summary>The results as Markdown. A ratio is the median of the ratios of the rounds, each between two runs of the same round.</summary>
internal static class Report
{
    public static string Head(BenchmarkOptions options, string postgres) =>
        $"""
        {Processor()}, {Environment.ProcessorCount} processors, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB; {RuntimeInformation.OSDescription}
        DropZoneLoad {LandingProgram.Described(options.Native)}; {RuntimeInformation.FrameworkDescription} around it; PostgreSQL {postgres}, {string.Join(' ', BenchmarkServer.Settings)}, fsync on; seed {options.Seed}, {options.Rounds} rounds

        | experiment | | against | ratio | least – most | must | great | | s | peak MiB |
        |---|---|---|---|---|---|---|---|---|---|
        """;

    public static IEnumerable<string> Lines(Experiment experiment, IReadOnlyDictionary<string, List<Measurement>> measured)
    {
        foreach (var comparison in experiment.Comparisons.Concat(Befores(experiment)))
        {
            var own = measured[comparison.Measured];
            var ratios = own.Zip(measured[comparison.Yardstick], (m, y) => comparison.Ratio(m.Elapsed, y.Elapsed)).Order().ToList();
            var ratio = Median(ratios);
            yield return Row(experiment.Name, comparison.Measured, comparison.Yardstick, Number(ratio), $"{Number(ratios[0])} – {Number(ratios[^1])}",
                Number(comparison.Must, comparison.Slower ? "≤" : "≥"), Number(comparison.Great, comparison.Slower ? "≤" : "≥"), comparison.Judge(ratio),
                $"{Median([.. own.Select(m => m.Elapsed.TotalSeconds).Order()]):0.00}", $"{own.Max(m => m.PeakBytes) / 1048576.0:0}");
        }
    }

    public static string Row(params IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    public static double Median(IReadOnlyList<double> sorted) => (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;

    /// <summary>Every landing against the same one by the program of <c>--before</c>.</summary>
    private static IEnumerable<Comparison> Befores(Experiment experiment) =>
        experiment.Variants.Where(v => v.Name.StartsWith("before", StringComparison.Ordinal)).Select(v => new Comparison(v.Name.Replace("before", "Landfall", StringComparison.Ordinal), v.Name));

    private static string Number(double? number, string sign = "") => number is { } value ? string.Create(CultureInfo.InvariantCulture, $"{sign} {value:0.00}").Trim() : "";

    private static string Processor() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();
}

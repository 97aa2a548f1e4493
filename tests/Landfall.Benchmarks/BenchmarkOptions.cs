using System.Globalization;

namespace Landfall.Benchmarks;

/// <summary>What the command line says.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = """
        Landing measured against psql, process by process, and requests against pgbench. Prints Markdown.

        dotnet run -c Release --project tests/Landfall.Benchmarks -- [options]
        dotnet run -c Release --project tests/Landfall.Benchmarks -- scale [--seed N]   simulates what lands by size and by number (shared/SCALE.md); measures nothing

          --only NAME       one experiment: csv, key, upsert, peers (ogr2ogr, pgloader and Node, those that are installed), ndjson, parse (beside DuckDB), start, large, bigquery, backup, cold (with --beside), small, api or bulk; may stand several times. parse, bulk and the peer in Node need npm
                            (default: all but peers, parse, large, bigquery, backup, cold and bulk)
          --rows N          rows of the large files (default: 1000000)
          --rounds N        measured rounds, behind one that is not (default: 5)
          --seed N          of the files (default: 42)
          --native          Landfall is published to a native program (.NET 9, whose native compiler is used), not compiled ahead with the JIT at hand
          --before DIR      a published DropZoneLoad of another commit, to measure in the same rounds
          --beside NAME=F   for cold: a program that answers the same event on $PORT, such as a function of Google's Functions Framework; may stand several times
          --help            this
        """;

    public IReadOnlyList<string> Only { get; init; } = [];

    public int Rows { get; init; } = 1_000_000;

    public int Rounds { get; init; } = 5;

    public int Seed { get; init; } = 42;

    public string? Before { get; init; }

    /// <summary>Other programs that serve events.</summary>
    public IReadOnlyList<(string Name, string Program)> Beside { get; init; } = [];

    public bool Native { get; init; }

    public bool Help { get; init; }

    /// <exception cref="FormatException">An option is unknown or lacks its value; the message says which.</exception>
    public static BenchmarkOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new BenchmarkOptions();
        while (!arguments.IsEmpty)
        {
            (options, var used) = arguments switch
            {
                ["--only", var name, ..] => (options with { Only = [.. options.Only, name] }, 2),
                ["--rows", var rows, ..] => (options with { Rows = Number("--rows", rows, 1000) }, 2),
                ["--rounds", var rounds, ..] => (options with { Rounds = Number("--rounds", rounds, 1) }, 2),
                ["--seed", var seed, ..] => (options with { Seed = Number("--seed", seed, 0) }, 2),
                ["--before", var folder, ..] => (options with { Before = folder }, 2),
                ["--beside", var named, ..] when named.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } program] => (options with { Beside = [.. options.Beside, (name, program)] }, 2),
                ["scale", ..] => (options with { Only = ["scale"] }, 1),
                ["--native", ..] => (options with { Native = true }, 1),
                ["--help" or "-h", ..] => (options with { Help = true }, 1),
                _ => throw new FormatException($"There is no option {arguments[0]}, or it lacks its value; --help lists all."),
            };
            arguments = arguments[used..];
        }
        return options;
    }

    /// <summary>Whether the experiment is to run.</summary>
    public bool Wants(string experiment) => Only.Count == 0 ? experiment is not ("peers" or "parse" or "large" or "bigquery" or "backup" or "cold" or "bulk" or "scale") : Only.Contains(experiment);

    private static int Number(string option, string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new FormatException($"{option} is '{text}'; it must be a whole number of at least {least}.");
}

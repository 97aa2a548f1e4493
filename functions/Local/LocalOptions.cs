using System.Globalization;

namespace Landfall.Local;

/// <summary>What the command line says.</summary>
internal sealed record LocalOptions
{
    public const string Usage = """
        Landfall's whole cloud in one process: Cloud Storage, Pub/Sub, Postgres and every function.

        dotnet run --project functions/Local -- [options]

          --home DIR      where everything is kept (default: .landfall)
          --port N        the port on 127.0.0.1; 0 takes a free one (default: 8080)
          --until-idle    end when nothing is left to do: 0 if all went well, 1 if anything was refused or given up
          --no-samples    do not land the samples on an empty home
          --spawn         run each function as a process of its own, its id in DIR/run/<Name>.pid
          --programs DIR  with --spawn: run DIR/<Name>/<Name>, programs as they are published, instead of those beside this one
          --chaos SEED    duplicate, delay, reorder and fail deliveries
          --help          this

        LANDFALL_POSTGRES names a Postgres to use instead of a private one; LANDFALL_CONTRACTS a folder of contracts.
        BLOOMREACH_CUSTOMERS says how many customers the stand-in for Bloomreach has (default: 45).
        """;

    public string Home { get; init; } = ".landfall";

    public int Port { get; init; } = 8080;

    public bool UntilIdle { get; init; }

    public bool Samples { get; init; } = true;

    public bool Spawn { get; init; }

    /// <summary>Where the published programs are, a folder each; null for those beside this one.</summary>
    public string? Programs { get; init; }

    public int? Chaos { get; init; }

    public bool Help { get; init; }

    /// <exception cref="FormatException">An option is unknown or lacks its value; the message says which.</exception>
    public static LocalOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new LocalOptions();
        while (!arguments.IsEmpty)
        {
            (options, var used) = arguments switch
            {
                ["--home", { Length: > 0 } folder, ..] => (options with { Home = folder }, 2),
                ["--port", var port, ..] => (options with { Port = Number("--port", port, 0, 65535) }, 2),
                ["--chaos", var seed, ..] => (options with { Chaos = Number("--chaos", seed, int.MinValue, int.MaxValue) }, 2),
                ["--programs", { Length: > 0 } folder, ..] => (options with { Programs = folder }, 2),
                ["--home" or "--port" or "--chaos" or "--programs", ..] => throw new FormatException($"{arguments[0]} needs a value; --help says which."),
                ["--until-idle", ..] => (options with { UntilIdle = true }, 1),
                ["--no-samples", ..] => (options with { Samples = false }, 1),
                ["--spawn", ..] => (options with { Spawn = true }, 1),
                ["--help" or "-h", ..] => (options with { Help = true }, 1),
                _ => throw new FormatException($"There is no option {arguments[0]}; --help lists all."),
            };
            arguments = arguments[used..];
        }

        return options;
    }

    private static int Number(string option, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{option} is '{text}'; it must be a whole number from {least} to {most}.");
}

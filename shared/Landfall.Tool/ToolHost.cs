using System.Collections;

namespace Landfall.Tool;

/// <summary>What is around the tool: its process, or a test's stand-in for one.</summary>
internal sealed record ToolHost
{
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Where answers go.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where progress and complaints go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether a person reads <see cref="Output"/>, and tables are drawn.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person watches <see cref="Error"/>, and bars move.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>What relative paths begin at, and where contracts are looked for upwards.</summary>
    public required string Folder { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static ToolHost OfThisProcess() => new()
    {
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? ""),
        Output = Console.Out,
        Error = Console.Error,
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Folder = Directory.GetCurrentDirectory(),
    };
}

using Landfall.Contracts;

namespace Landfall.Tests.Attacks;

/// <summary>A hostile file, and the documented end that it must come to.</summary>
/// <param name="Group">What kind of file it is, for the figures.</param>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Format">The contract that it is dropped for: one a format.</param>
/// <param name="Bytes">Makes it.</param>
internal sealed record Attack(string Group, string Name, FormatType Format, Func<byte[]> Bytes)
{
    /// <summary>In place of a line: whichever it is.</summary>
    public const long AnyLine = -1;

    /// <summary>Rows that land; null when the file is refused as a whole.</summary>
    public long? Landed { get; init; }

    /// <summary>What the receipt gives as a reason, of which one is enough: words of it, with <c>|</c> between.</summary>
    public string Words { get; init; } = "";

    /// <summary>The rule that refused it; with <c>|</c> between several, one of them.</summary>
    public string? Rule { get; init; }

    /// <summary>The line at which it was refused; null when no line is to blame.</summary>
    public long? Line { get; init; }

    /// <summary>Rows in quarantine, of a file that landed: line, column, rule.</summary>
    public IReadOnlyList<(long Line, string? Column, string Rule)> Rejects { get; init; } = [];

    public static Attack Refused(string group, string name, FormatType format, Func<byte[]> bytes, string rule, string words, long? line = null) =>
        new(group, name, format, bytes) { Rule = rule, Words = words, Line = line };

    public static Attack Lands(string group, string name, FormatType format, Func<byte[]> bytes, long rows, params IReadOnlyList<(long Line, string? Column, string Rule)> rejects) =>
        new(group, name, format, bytes) { Landed = rows, Rejects = rejects };

    public override string ToString() => $"{Group}: {Name}";
}

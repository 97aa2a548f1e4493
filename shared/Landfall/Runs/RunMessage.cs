namespace Landfall.Runs;

/// <summary>
/// What is said of a run: the rows of a dataset as somebody's system had them at one moment, which come as pages and land together. Made by
/// <see cref="RunMessages.Read(ReadOnlyMemory{byte})"/>, so that whoever holds one may rely on what is said here.
/// </summary>
public abstract record RunMessage
{
    /// <summary>The id of the contract the rows are of: of an <see cref="Contracts.Identifier"/>'s form.</summary>
    public required string Contract { get; init; }

    /// <summary>The run's name within its contract: 1 to 200 of <c>[A-Za-z0-9._-]</c>.</summary>
    public required string Run { get; init; }

    /// <summary>When the rows were so, in UTC: of two runs the later one is the newer.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Greater when the run is sent again from the beginning with other content. Not negative.</summary>
    public long Generation { get; init; }
}

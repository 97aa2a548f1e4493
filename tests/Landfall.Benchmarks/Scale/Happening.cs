namespace Landfall.Benchmarks.Scale;

/// <summary>What happens to a file (the first three), or to an instance's commit.</summary>
internal enum Happening
{
    Delivered,
    Staged,
    Answered,
    Begun,
    Read,
    Touched,
    Ended,
}

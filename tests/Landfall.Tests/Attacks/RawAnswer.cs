namespace Landfall.Tests.Attacks;

/// <summary>What came back.</summary>
/// <param name="Status">0 where the server hung up without one.</param>
/// <param name="Text">All of it.</param>
/// <param name="Sent">Bytes that were sent until then.</param>
/// <param name="Took">From the first byte sent to the last that came.</param>
internal sealed record RawAnswer(int Status, string Text, long Sent, Pace Took);

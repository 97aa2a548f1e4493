using Landfall.Sinks;

namespace Landfall.Operations;

/// <summary>What an erasure has done, and what it has not.</summary>
/// <param name="Source">The ledger's identity of it.</param>
/// <param name="Tables">The rows that went, by table.</param>
/// <param name="Rejects">Rejected rows that went.</param>
/// <param name="Objects">Objects of the quarantine that were written anew without them, or deleted.</param>
/// <param name="History">Where copies are that nobody can take a row out of, and until when.</param>
public sealed record Erased(string Source, IReadOnlyList<TableResult> Tables, long Rejects, long Objects, IReadOnlyList<string> History);

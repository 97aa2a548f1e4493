using Landfall.Rows;

namespace Landfall.Landings.Files;

/// <summary>Takes a rejected row.</summary>
/// <param name="reject">Where it is, and what is wrong with it.</param>
/// <param name="raw">The row as it stands in the file, without its line break; empty where the file as a whole is meant. Valid during the call.</param>
public delegate void RejectFound(Reject reject, ReadOnlySpan<byte> raw);

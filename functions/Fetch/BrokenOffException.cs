namespace Landfall.Functions;

/// <summary>What has arrived so far is of no use, and the file must be begun anew.</summary>
internal sealed class BrokenOffException(string message) : Exception(message);

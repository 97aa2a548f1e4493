namespace Landfall.Local.Inbox;

/// <summary>A file changed while it was read: what was read is no version of it.</summary>
internal sealed class TornFileException(string path) : IOException($"{path} changed while it was read");

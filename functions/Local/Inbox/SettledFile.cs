namespace Landfall.Local.Inbox;

/// <summary>A file that is read as it was when it had settled: when somebody touches it meanwhile, its end is an exception, not an end.</summary>
internal sealed class SettledFile(string path, FileStamp stamp)
    : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.Asynchronous)
{
    /// <exception cref="TornFileException">The file is no longer what it was.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer, cancellationToken);
        return read > 0 || FileStamp.Of(Name) == stamp ? read : throw new TornFileException(Name);
    }
}

using System.Runtime.InteropServices;

namespace Landfall.Local.Inbox;

/// <summary>By what a file's content is recognised without reading it.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Time of the last change, in ticks of UTC.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileStamp(long Size, long Modified)
{
    /// <returns>Null when there is no such file.</returns>
    public static FileStamp? Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new(file.Length, file.LastWriteTimeUtc.Ticks) : null;
    }
}

using System.IO.Enumeration;
using System.Text;
using Landfall.Contracts;

namespace Landfall.Local.Inbox;

/// <summary>How objects and the files of <c>&lt;home&gt;/buckets</c> correspond: <c>bucket/name</c>, a slash being a folder.</summary>
public sealed class InboxFolder(string root)
{
    private static readonly string[] Unfinished = ["~", ".part", ".tmp", ".crdownload"];

    private static readonly EnumerationOptions Tree = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    public string Root { get; } = root;

    /// <summary>Makes the folder that a contract's files are dropped in, so that a first <c>cp</c> finds it.</summary>
    public void Prepare(ObjectPattern pattern)
    {
        var folder = pattern.Name[..Math.Max(0, pattern.Name.LastIndexOf('/'))];
        if (folder.AsSpan().ContainsAny('*', '{') || !Directory.Exists(Path.Combine(Root, pattern.Bucket))) return;
        if (PathOf(pattern.Bucket, folder) is { } path) Directory.CreateDirectory(path);
    }

    /// <returns>Where an object shows; null for a name that is no safe path below its bucket's folder.</returns>
    public string? PathOf(string bucket, string name)
    {
        var path = Path.Combine(Root, bucket, name);
        return name.Split('/').All(IsSafe) && Encoding.UTF8.GetByteCount(path) < 4000 ? path : null;
    }

    /// <returns>The object that a file becomes; null for a file that is no object: hidden, unfinished, in no bucket's folder.</returns>
    public (string Bucket, string Name)? ObjectOf(string path)
    {
        var parts = Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar);
        var unfinished = Unfinished.Any(ending => parts[^1].EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return parts.Length > 1 && !unfinished && !parts.Any(part => part.StartsWith('.')) ? (parts[0], string.Join('/', parts[1..])) : null;
    }

    /// <summary>All files below a folder that are objects or shall be; and symbolic links, of which none is followed.</summary>
    public IEnumerable<string> Files(string folder) => new FileSystemEnumerable<string>(folder, (ref entry) => entry.ToFullPath(), Tree)
    {
        ShouldRecursePredicate = (ref entry) => !IsLink(in entry),
        ShouldIncludePredicate = (ref entry) => IsLink(in entry) ? !entry.FileName.StartsWith('.') : !entry.IsDirectory && ObjectOf(entry.ToFullPath()) is not null,
    };

    /// <summary>
    /// The first symbolic link on the way from the root to a path, the path itself included; null when there is none. Behind one lies what nobody dropped here: a file of the
    /// machine's would be an object, or be overwritten with one. What the root itself is, is its owner's choice.
    /// </summary>
    public string? LinkOn(string path)
    {
        var at = Root;
        foreach (var part in Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar))
        {
            at = Path.Combine(at, part);
            if (new FileInfo(at).LinkTarget is not null) return at;
        }
        return null;
    }

    private static bool IsLink(in FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

    private static bool IsSafe(string segment) =>
        segment is not ("" or "." or "..") && segment.AsSpan().IndexOfAny('\0', Path.DirectorySeparatorChar) < 0
        && Encoding.UTF8.GetByteCount(segment) <= 255;
}

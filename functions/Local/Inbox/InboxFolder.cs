using System.Text;
using Landfall.Contracts;

namespace Landfall.Local.Inbox;

/// <summary>How objects and the files of <c>&lt;home&gt;/buckets</c> correspond: <c>bucket/name</c>, a slash being a folder.</summary>
public sealed class InboxFolder(string root)
{
    private static readonly string[] Unfinished = ["~", ".part", ".tmp", ".crdownload"];

    private static readonly EnumerationOptions Tree =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

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

    /// <summary>Whether nothing between the root and a path is a link: through one, what lies elsewhere would become an object, or be overwritten by one.</summary>
    public bool IsWithin(string path)
    {
        for (var at = path; at.Length > Root.Length; at = Path.GetDirectoryName(at)!)
        {
            if (new FileInfo(at).LinkTarget is not null) return false;
        }
        return true;
    }

    /// <summary>All files below a folder that are objects or shall be.</summary>
    public IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", Tree).Where(path => ObjectOf(path) is not null);

    private static bool IsSafe(string segment) =>
        segment is not ("" or "." or "..") && segment.AsSpan().IndexOfAny('\0', Path.DirectorySeparatorChar) < 0
        && Encoding.UTF8.GetByteCount(segment) <= 255;
}

using System.Security.Cryptography;
using System.Text;

namespace Landfall.Local.Storage;

/// <summary>
/// Where content lives: <c>objects/</c> by a hash of bucket, name and generation (names may be anything), <c>uploads/</c> while it arrives.
/// </summary>
internal sealed class ObjectFiles(string home)
{
    private readonly string _uploads = Path.Combine(home, "uploads");

    public StagedFile Stage() => new(_uploads);

    /// <summary>Forgets what a server that was killed had begun to receive.</summary>
    public void Clean()
    {
        if (Directory.Exists(_uploads)) Directory.Delete(_uploads, recursive: true);
    }

    public string PathOf(string bucket, string name, long generation)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{bucket}/{name}#{generation}")));
        return Path.Combine(home, "objects", hash[..2], hash);
    }

    /// <summary>The content, seekable; null when it was deleted meanwhile.</summary>
    public Stream? Open(ObjectResource version)
    {
        try
        {
            return new FileStream(
                PathOf(version.Bucket, version.Name, version.Generation), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16,
                FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Delete(ObjectResource version) => File.Delete(PathOf(version.Bucket, version.Name, version.Generation));
}

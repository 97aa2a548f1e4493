using System.Security.Cryptography;
using Landfall.Rest.Routing;

namespace Landfall.Rest.Writing.Uploads;

/// <summary>A file of a request, on this machine's disk until the request has ended: it may be read more than once, and its parents may come behind it.</summary>
internal sealed class SpooledFile : IDisposable
{
    /// <summary>Nobody else may look into it.</summary>
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("landfall-upload-");

    private readonly string _path;

    private SpooledFile(string name) => (Name, _path) = (name, Path.Combine(_folder.FullName, "file"));

    /// <summary>As the request says it, without folders.</summary>
    public string Name { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; private set; }

    /// <summary>SHA-256 of its bytes.</summary>
    public byte[] Digest { get; private set; } = [];

    public static async Task<SpooledFile> WriteAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        var file = new SpooledFile(name);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var copy = new FileStream(file._path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous });
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await copy.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                if ((file.Length += read) > Limits.MaxBody) throw Limits.TooLarge();
            }
            file.Digest = hash.GetHashAndReset();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>From the first byte.</summary>
    public Stream Open() => new FileStream(_path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.Read, Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 64 * 1024 });

    public void Dispose() => _folder.Delete(recursive: true);
}

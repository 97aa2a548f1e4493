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

    /// <exception cref="RetryException">This machine's disk does not take it.</exception>
    public static async Task<SpooledFile> WriteAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        var file = OnDisk(() => new SpooledFile(name));
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var copy = OnDisk(() => new FileStream(file._path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 }));
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                OnDisk(() =>
                {
                    copy.Write(buffer, 0, read);
                    return 0;
                });
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

    /// <summary>What goes wrong here is no fault of the request's.</summary>
    private static T OnDisk<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RetryException("the service has no room for the file on its disk", "send it again later, or put it into the drop zone's bucket", e);
        }
    }

    /// <summary>From the first byte.</summary>
    public Stream Open() => new FileStream(_path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.Read, Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 64 * 1024 });

    public void Dispose() => _folder.Delete(recursive: true);
}

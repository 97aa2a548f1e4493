using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Landfall.Local.Storage;

/// <summary>Content on its way to becoming an object: a file that is gone when disposed, wherever it was moved to, unless it was kept.</summary>
internal sealed class StagedFile : IAsyncDisposable
{
    private readonly FileStream _file;
    private string _path;
    private bool _kept;

    public StagedFile(string folder)
    {
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        _file = new FileStream(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.Asynchronous);
    }

    public long Length => _file.Length;

    /// <summary>In base 64, once sealed.</summary>
    public string Md5Hash { get; private set; } = "";

    /// <summary>Big-endian, in base 64, once sealed.</summary>
    public string Crc32c { get; private set; } = "";

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _file.WriteAsync(bytes, cancellationToken);

    public Task AppendAsync(Stream content, CancellationToken cancellationToken) => content.CopyToAsync(_file, 1 << 16, cancellationToken);

    /// <summary>What has arrived, from the beginning; the caller's to dispose.</summary>
    public Stream OpenRead()
    {
        _file.Flush();
        return new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.Asynchronous);
    }

    public void Truncate(long length)
    {
        _file.SetLength(length);
        _file.Position = length;
    }

    /// <summary>Takes the hashes and makes sure of the bytes: they are on the disk before a row says so.</summary>
    public async Task SealAsync(CancellationToken cancellationToken)
    {
        await _file.FlushAsync(cancellationToken);
        _file.Flush(flushToDisk: true);
        _file.Position = 0;
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var crc = uint.MaxValue;
        var buffer = new byte[1 << 16];
        for (int read; (read = await _file.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            md5.AppendData(buffer, 0, read);
            crc = Crc(crc, buffer.AsSpan(0, read));
        }
        var crcBytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(crcBytes, ~crc);
        (Md5Hash, Crc32c) = (Convert.ToBase64String(md5.GetHashAndReset()), Convert.ToBase64String(crcBytes));
    }

    public void MoveTo(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(_path, path);
        _path = path;
    }

    /// <summary>From here on a row may point at it.</summary>
    public void Keep() => _kept = true;

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        if (!_kept) File.Delete(_path);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return crc;
    }
}

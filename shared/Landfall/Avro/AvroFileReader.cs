using System.IO.Compression;

namespace Landfall.Avro;

/// <summary>
/// An Avro object container file (https://avro.apache.org/docs/1.12.0/specification/#object-container-files), one block in memory at a time. A file that was
/// cut off exactly between two blocks can not be told from a whole one: the format counts neither blocks nor records.
/// </summary>
public sealed class AvroFileReader : IAsyncDisposable
{
    private const int FirstBytes = 1 << 20;

    private readonly Stream _stream;
    private readonly AvroInput _input;
    private readonly AvroHeader _header;
    private readonly byte[] _sync = new byte[AvroHeader.SyncLength];
    private byte[] _block = [];
    private int _length;
    private int _start;
    private int _end;
    private bool _ended = true;
    private long _left;
    private long _values;

    private AvroFileReader(Stream stream, AvroInput input, AvroHeader header) => (_stream, _input, _header) = (stream, input, header);

    public AvroSchema Schema => _header.Schema;

    public AvroCodec Codec => _header.Codec;

    /// <summary>All of the header's entries, <c>avro.schema</c> and <c>avro.codec</c> among them.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Metadata => _header.Metadata;

    /// <summary>The current block, from 1; 0 before the first.</summary>
    public long Block { get; private set; }

    /// <summary>The current record, from 1; 0 before the first.</summary>
    public long Record { get; private set; }

    /// <summary>Bytes of the current block in which its records stand.</summary>
    internal ReadOnlySpan<byte> Data => _block.AsSpan(0, _length);

    /// <summary>Reads the header.</summary>
    /// <param name="stream">Disposed with the reader; not when this throws.</param>
    /// <exception cref="RejectException">The file is no such file, or its schema or codec can not be read.</exception>
    public static async ValueTask<AvroFileReader> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        var input = new AvroInput(stream);
        return new(stream, input, await AvroHeader.ReadAsync(input, cancellationToken).ConfigureAwait(false)) { _values = AvroLimits.FreeValues };
    }

    /// <summary>Moves to the next record; false at the end. A record that nobody has read to its <see cref="End"/> is passed over.</summary>
    /// <exception cref="RejectException">The file is damaged: rule <c>avro</c>.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (!_ended)
        {
            var cursor = Cursor();
            cursor.Skip(Schema);
            End(cursor);
        }
        return _left > 0 ? ValueTask.FromResult(Next()) : NextBlockAsync(cancellationToken);
    }

    /// <summary>A cursor at the beginning of the current record; as often as wanted, until the next read.</summary>
    public AvroCursor Cursor() => new(Data, _start, _values, Block, Record);

    /// <summary>Says where the current record ends: at <paramref name="cursor"/>, which has read or passed over all its values.</summary>
    public void End(scoped in AvroCursor cursor)
    {
        _end = cursor.Position;
        _values = cursor.Values;
        _ended = true;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private bool Next()
    {
        _left--;
        Record++;
        _start = _end;
        _ended = false;
        return true;
    }

    private async ValueTask<bool> NextBlockAsync(CancellationToken cancellationToken)
    {
        while (_left == 0)
        {
            if (_end != _length) throw _input.Fault($"it has {_length - _end} bytes more than its records take");
            if (await _input.IsAtEndAsync(cancellationToken).ConfigureAwait(false)) return false;
            Block++;
            (_input.Place, _input.Record) = ($"block {Block}", Record + 1);
            await ReadBlockAsync(cancellationToken).ConfigureAwait(false);
        }
        return Next();
    }

    private async ValueTask ReadBlockAsync(CancellationToken cancellationToken)
    {
        var records = await _input.LongAsync(cancellationToken).ConfigureAwait(false);
        var stored = await _input.LongAsync(cancellationToken).ConfigureAwait(false);
        if (records < 0 || stored < 0) throw _input.Fault("it has a negative length");
        if (stored > AvroLimits.BlockBytes) throw TooLong();
        (_start, _end, _length) = (0, 0, 0);
        if (Codec == AvroCodec.Deflate) await InflateAsync(stored, cancellationToken).ConfigureAwait(false);
        else await CopyAsync((int)stored, cancellationToken).ConfigureAwait(false);
        await _input.ReadAsync(_sync, cancellationToken).ConfigureAwait(false);
        if (!_sync.AsSpan().SequenceEqual(_header.Sync)) throw _input.Fault("the marker behind it is not the file's");
        // A record whose values are all of type null takes no byte. Nobody writes such a file, and 2^62 of them would fit in one block.
        if (records > _length) throw _input.Fault($"it says that it holds {records} records in {_length} bytes");
        _left = records;
        _values = Math.Min(_values, AvroLimits.FreeValues) + ((long)_length * AvroLimits.ValuesPerByte);
    }

    private async ValueTask CopyAsync(int stored, CancellationToken cancellationToken)
    {
        // Memory for what is there, not for what is said to be.
        Grow(Math.Min(stored, FirstBytes));
        var first = Math.Min(stored, _block.Length);
        await _input.ReadAsync(_block.AsMemory(0, first), cancellationToken).ConfigureAwait(false);
        _length = first;
        Grow(stored);
        await _input.ReadAsync(_block.AsMemory(first, stored - first), cancellationToken).ConfigureAwait(false);
        _length = stored;
    }

    private async ValueTask InflateAsync(long stored, CancellationToken cancellationToken)
    {
        using var bytes = new AvroBlockStream(_input, stored);
        await using var inflater = new DeflateStream(bytes, CompressionMode.Decompress);
        try
        {
            for (var read = -1; read != 0; _length += read)
            {
                if (_length > AvroLimits.BlockBytes) throw TooLong();
                if (_length > FirstBytes && _length / AvroLimits.Ratio > stored)
                    throw _input.Fault($"it inflates to more than {AvroLimits.Ratio} times its size", "write the file with smaller blocks, or without compression");
                // One byte beyond the limit shows that there is more.
                if (_length == _block.Length) Grow(Math.Min(Math.Max(_length * 4, 64 * 1024), AvroLimits.BlockBytes + 1));
                read = await inflater.ReadAsync(_block.AsMemory(_length), cancellationToken).ConfigureAwait(false);
            }
            await bytes.SkipAsync(_sync, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw _input.Fault("its compressed data is broken", inner: e);
        }
    }

    private void Grow(int size)
    {
        if (_block.Length < size) Array.Resize(ref _block, size);
    }

    private RejectException TooLong() => _input.Fault($"it is longer than {AvroLimits.BlockBytes >> 20} MiB", "write the file with smaller blocks; most writers have a setting for it (sync interval, block size)");
}

using Landfall.Avro;

namespace Landfall.Rows;

/// <summary>
/// An Avro object container file's records: a cell for each field of the top record. Numbers, dates and times are what a CSV has for them; null is the empty
/// cell; bytes are base64; records, arrays, maps, and unions of several types are JSON.
/// </summary>
public sealed class AvroRowReader : IRowReader
{
    private readonly Stream _stream;
    private readonly HashSet<string>? _wanted;
    private readonly TextBuffer _text = new();
    private readonly TextBuffer _raw = new();
    private AvroFileReader? _file;
    private bool[] _isWanted = [];
    private int[] _starts = [];
    private int[] _lengths = [];

    /// <param name="stream">The bytes as they are after decompression; disposed with the reader.</param>
    /// <param name="wanted">The fields whose cells will be asked for; the others are passed over. Null for all.</param>
    public AvroRowReader(Stream stream, IEnumerable<string>? wanted = null)
    {
        _stream = stream;
        _wanted = wanted?.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The record's number, from 1.</summary>
    public long Line => _file?.Record ?? 0;

    public int Count => _starts.Length;

    /// <summary>The record as a line of JSON, made when it is asked for; cut where it is longer than <see cref="RowReaders.MaxRowBytes"/>.</summary>
    public ReadOnlySpan<byte> Raw
    {
        get
        {
            _raw.Clear();
            var cursor = _file!.Cursor();
            try
            {
                AvroJson.Write(_raw, _file.Schema, ref cursor, RowReaders.MaxRowBytes);
            }
            catch (RejectException)
            {
                // Too long, or broken in a field that nobody wanted: the quarantine shows what there is up to there.
            }
            return _raw[0, Math.Min(_raw.Length, RowReaders.MaxRowBytes)];
        }
    }

    /// <summary>Always null: a record that can not be read has no end, and so none behind it has a beginning.</summary>
    public Malformation? Malformed => null;

    public ReadOnlySpan<byte> Cell(int index)
    {
        if (index >= _starts.Length) return default;
        // Strings stay where they are in the block; its places are written as their complement.
        var start = _starts[index];
        return start < 0 ? _file!.Data.Slice(~start, _lengths[index]) : _text[start, _lengths[index]];
    }

    public async ValueTask<IReadOnlyList<string>?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        _file = await AvroFileReader.OpenAsync(_stream, cancellationToken).ConfigureAwait(false);
        var fields = _file.Schema.Fields;
        if (_file.Schema.Kind != AvroKind.Record || fields.Length == 0)
            throw new RejectException("the Avro file does not hold records with fields: the type at the top of its schema must be a record", "write each row as a record, a column as a field", rule: "avro");
        _isWanted = [.. fields.Select(f => _wanted?.Contains(f.Name.Trim()) ?? true)];
        _starts = new int[fields.Length];
        _lengths = new int[fields.Length];
        return [.. fields.Select(f => f.Name)];
    }

    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var read = _file!.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? ValueTask.FromResult(Decode(read.Result)) : DecodeAsync(read);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask<bool> DecodeAsync(ValueTask<bool> read) => Decode(await read.ConfigureAwait(false));

    private bool Decode(bool more)
    {
        if (!more) return false;
        _text.Clear();
        var cursor = _file!.Cursor();
        var start = cursor.Position;
        var fields = _file.Schema.Fields;
        cursor.Enter();
        for (var i = 0; i < fields.Length; i++)
        {
            var begin = _text.Length;
            (_starts[i], _lengths[i]) = (begin, 0);
            if (!_isWanted[i])
            {
                cursor.Skip(fields[i].Schema);
                continue;
            }
            cursor.Spend(1);
            Decode(i, fields[i].Schema, ref cursor);
            if (_starts[i] >= 0) _lengths[i] = _text.Length - begin;
        }
        cursor.Leave();
        if (_text.Length > RowReaders.MaxRowBytes || cursor.Position - start > RowReaders.MaxRowBytes) throw AvroJson.TooLong(in cursor, RowReaders.MaxRowBytes);
        _file.End(cursor);
        return true;
    }

    private void Decode(int cell, AvroSchema schema, ref AvroCursor cursor)
    {
        if (schema.Kind == AvroKind.Union)
        {
            var several = schema.HasSeveralTypes;
            schema = cursor.Branch(schema);
            if (several && schema.Kind != AvroKind.Null)
            {
                AvroJson.Write(_text, schema, ref cursor, RowReaders.MaxRowBytes);
                return;
            }
        }
        switch (schema.Kind)
        {
            case AvroKind.Null:
                break;
            case AvroKind.String:
                _lengths[cell] = cursor.String().Length;
                _starts[cell] = ~(cursor.Position - _lengths[cell]);
                break;
            case AvroKind.Record or AvroKind.Array or AvroKind.Map:
                AvroJson.Write(_text, schema, ref cursor, RowReaders.MaxRowBytes);
                break;
            default:
                AvroText.Write(_text, schema, ref cursor);
                break;
        }
    }
}

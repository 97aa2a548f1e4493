using System.Text.Json;
using System.Text.Unicode;
using Landfall.Runs;

namespace Landfall.Functions;

/// <summary>
/// Reads an export, <c>table_json</c> (<c>header</c>, <c>rows</c>) or <c>native_json</c> (<c>fields</c>, <c>data</c>), a row at a time and in little memory, whatever
/// the order of its members. What is no row of the header's length is passed on: the consumer refuses it, with a reason. What is no such JSON is refused here.
/// </summary>
/// <param name="stream">To be read asynchronously; disposed with the reader.</param>
internal sealed class ExportReader(Stream stream) : IAsyncDisposable
{
    /// <summary>Bytes of one row, or of the header: a page of both is within <see cref="Pages.MaxBytes"/>.</summary>
    private const int MaxRowBytes = 4 << 20, MaxHeaderBytes = 512 << 10;

    /// <summary>Of what it says of a failure so much is kept.</summary>
    private const int MaxErrorBytes = 16 << 10;

    private byte[] _buffer = new byte[128 * 1024];
    private int _start;
    private int _end;
    private bool _ended;
    private JsonReaderState _state;
    private Place _place;
    private string _member = "";
    private bool _hadRows;

    private enum Place
    {
        Start,
        Members,
        Value,
        Skipped,
        Rows,
        End,
    }

    /// <summary>The names of the cells; null until they have come. They have when all is read.</summary>
    public IReadOnlyList<string>? Columns { get; private set; }

    /// <summary>What it says itself; null until it has, or if it does not.</summary>
    public bool? Success { get; private set; }

    /// <summary>The JSON of <c>error</c> or <c>errors</c>; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Error { get; private set; }

    /// <summary>The current row's JSON; until the next is read.</summary>
    public ReadOnlyMemory<byte> Row { get; private set; }

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes so far.</summary>
    public long Position { get; private set; }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False when the export is whole and at its end.</returns>
    /// <exception cref="BadExportException">It is none.</exception>
    /// <exception cref="IOException">It broke off.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (TryRead())
            {
                case true: return true;
                case false: return false;
                default: await FillAsync(cancellationToken); break;
            }
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    /// <returns>Null when more of the stream is needed.</returns>
    private bool? TryRead()
    {
        try
        {
            return Parse();
        }
        catch (JsonException e)
        {
            throw Bad("it is not valid JSON, or nested too deeply", e);
        }
        catch (InvalidOperationException e)
        {
            throw Bad("a text of it is not valid Unicode", e);
        }
    }

    private bool? Parse()
    {
        var json = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), isFinalBlock: false, _state);
        // What is kept is not looked at again: each round begins where the last token that counted ended.
        for (var origin = _start; ; Keep(ref json, origin))
        {
            if (!json.Read())
            {
                if (_place == Place.End && _ended) return Finish();
                Keep(ref json, origin);
                return null;
            }
            switch (_place)
            {
                case Place.Start:
                    if (json.TokenType != JsonTokenType.StartObject) throw Bad("it is no JSON object");
                    _place = Place.Members;
                    break;
                case Place.Members when json.TokenType == JsonTokenType.EndObject:
                    _place = Place.End;
                    break;
                case Place.Members:
                    _member = Member(ref json);
                    _place = _member.Length == 0 ? Place.Skipped : Place.Value;
                    break;
                case Place.Value when _member is "rows" or "data":
                    if (json.TokenType != JsonTokenType.StartArray || _hadRows) throw Bad("its rows are no array, or stand there twice");
                    (_hadRows, _place) = (true, Place.Rows);
                    break;
                case Place.Value:
                    if (Whole(ref json, origin) is not { } value) return null;
                    Take(value);
                    _place = Place.Members;
                    break;
                case Place.Rows when json.TokenType == JsonTokenType.EndArray:
                    _place = Place.Members;
                    break;
                case Place.Rows:
                    if (Whole(ref json, origin) is not { } row) return null;
                    if (!Utf8.IsValid(row.Span)) throw Bad("it has bytes that are not UTF-8");
                    Keep(ref json, origin);
                    (Row, Rows) = (row, Rows + 1);
                    return true;
                default:
                    // Of no interest, token by token.
                    if (json.CurrentDepth == 1 && json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) _place = Place.Members;
                    break;
            }
        }
    }

    private void Keep(ref Utf8JsonReader json, int origin) => (_start, _state) = (origin + (int)json.BytesConsumed, json.CurrentState);

    /// <summary>The value at which the reader stands; null when not all of it has come yet.</summary>
    private ReadOnlyMemory<byte>? Whole(ref Utf8JsonReader json, int origin)
    {
        var start = origin + (int)json.TokenStartIndex;
        // Not "?:": null would become an empty memory.
        if (!json.TrySkip()) return null;
        return _buffer.AsMemory(start, origin + (int)json.BytesConsumed - start);
    }

    /// <summary>The member's name; empty when it is of no interest.</summary>
    private static string Member(ref Utf8JsonReader json)
    {
        foreach (var name in (ReadOnlySpan<string>)["success", "header", "fields", "rows", "data", "error", "errors"])
        {
            if (json.ValueTextEquals(name)) return name;
        }
        return "";
    }

    private void Take(ReadOnlyMemory<byte> value)
    {
        if (_member is "error" or "errors")
        {
            if (value.Length <= MaxErrorBytes) Error = value.ToArray();
            return;
        }
        using var document = JsonDocument.Parse(value);
        if (_member == "success")
        {
            if (Success is not null || document.RootElement.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) throw Bad("its 'success' is neither true nor false, or stands there twice");
            Success = document.RootElement.GetBoolean();
            return;
        }
        if (Columns is not null || document.RootElement.ValueKind != JsonValueKind.Array || value.Length > MaxHeaderBytes) throw Bad("its header is no array, stands there twice, or is too long");
        Columns = [.. document.RootElement.EnumerateArray().Select(Column)];
        if (Columns.Count > Pages.MaxColumns) throw Bad($"it has more than {Pages.MaxColumns} columns");
    }

    /// <summary>A text in <c>table_json</c>; in <c>native_json</c> an object, of which the kind says what names it.</summary>
    private string Column(JsonElement column)
    {
        if (column.ValueKind == JsonValueKind.String) return column.GetString()!;
        if (column.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in (ReadOnlySpan<string>)["property", "id", "category"])
            {
                if (column.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String) return value.GetString()!;
            }
        }
        throw Bad("its header has a column without a name");
    }

    private bool? Finish()
    {
        // What failed needs no rows; it is Success that counts then.
        if (Success != true) return false;
        if (Columns is null || !_hadRows) throw Bad("it has no 'header' and 'rows', nor 'fields' and 'data'");
        if (Columns.Count == 0 && Rows > 0) throw Bad("it has rows and no columns");
        return false;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_ended) throw Bad("it ends too soon");
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            if (_buffer.Length > MaxRowBytes) throw Bad($"a row, or another value, is longer than {MaxRowBytes} bytes");
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, MaxRowBytes + 1));
        }
        // A full buffer each time, however few bytes a read brings: a long row is looked at from its beginning each time.
        var read = await stream.ReadAtLeastAsync(_buffer.AsMemory(_end), _buffer.Length - _end, throwOnEndOfStream: false, cancellationToken);
        _ended = read < _buffer.Length - _end;
        (_end, Position) = (_end + read, Position + read);
    }

    private BadExportException Bad(string what, Exception? inner = null) => new($"{what} (behind {Rows} rows, within the first {Position} bytes)", inner);
}

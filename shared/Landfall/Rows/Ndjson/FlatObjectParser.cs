using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Landfall.Rows.Ndjson;

/// <summary>
/// The fast way through a line, for what lines mostly are: known names, each once, and plain values. It knows no faults: of whatever it does not take
/// it says no more than that, and <see cref="ObjectParser"/> is asked. What both take, they take alike.
/// </summary>
internal sealed class FlatObjectParser(JsonMembers members, JsonCells cells)
{
    /// <summary>What ends a string, or makes it more than the bytes between its quotes.</summary>
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(c => (byte)c)]);

    /// <param name="line">Valid UTF-8.</param>
    public bool TryParse(ReadOnlySpan<byte> line)
    {
        members.Begin();
        cells.Begin();
        var at = Space(line, 0);
        if (!Is(line, at, '{')) return false;
        at = Space(line, at + 1);
        for (var member = members.Start; ; at = Space(line, at + 1))
        {
            member = Name(line, ref at, member);
            if (member is null || !members.TryMark(member)) return false;
            at = Space(line, at);
            if (!Is(line, at, ':')) return false;
            at = Value(line, Space(line, at + 1), member.Number);
            if (at < 0) return false;
            at = Space(line, at);
            if (Is(line, at, ',')) continue;
            return Is(line, at, '}') && Space(line, at + 1) == line.Length;
        }
    }

    private static bool Is(ReadOnlySpan<byte> line, int at, char c) => (uint)at < (uint)line.Length && line[at] == c;

    /// <summary>The next place that is no white space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Space(ReadOnlySpan<byte> line, int at) => (uint)at < (uint)line.Length && line[at] > ' ' ? at : AllSpace(line, at);

    private static int AllSpace(ReadOnlySpan<byte> line, int at)
    {
        while ((uint)at < (uint)line.Length && line[at] is (byte)' ' or (byte)'\t' or (byte)'\r') at++;
        return at;
    }

    private JsonMember? Name(ReadOnlySpan<byte> line, ref int at, JsonMember previous)
    {
        var rest = line[at..];
        if (previous.Following is { } expected && rest.StartsWith(expected.Quoted))
        {
            at += expected.Quoted.Length;
            return expected;
        }
        if (!Is(rest, 0, '"')) return null;
        var length = rest[1..].IndexOfAny(NotPlain);
        if (length < 0 || rest[length + 1] != '"') return null;
        at += length + 2;
        return members.Follow(previous, rest.Slice(1, length));
    }

    /// <summary>Where the value ends; -1 when it is not plain after all.</summary>
    private int Value(ReadOnlySpan<byte> line, int at, int member)
    {
        if ((uint)at >= (uint)line.Length) return -1;
        int end;
        switch (line[at])
        {
            case (byte)'"':
                var length = line[(at + 1)..].IndexOfAny(NotPlain);
                if (length < 0) return -1;
                end = at + length + 2;
                if (line[end - 1] != '"') return line[end - 1] == '\\' ? Unusual(line, at, member) : -1;
                if (!cells.Wants(member)) return end;
                if (cells.IsJson(member)) cells.Set(member, at, end - at);
                else cells.Set(member, at + 1, length);
                return end;
            case (byte)'{' or (byte)'[':
                return Unusual(line, at, member);
            case (byte)'n':
                return line[at..].StartsWith("null"u8) ? at + 4 : -1;
            case (byte)'t':
                end = line[at..].StartsWith("true"u8) ? at + 4 : -1;
                break;
            case (byte)'f':
                end = line[at..].StartsWith("false"u8) ? at + 5 : -1;
                break;
            default:
                end = Number(line, at);
                break;
        }
        if (end >= 0 && cells.Wants(member)) cells.Set(member, at, end - at);
        return end;
    }

    /// <summary>RFC 8259, section 6.</summary>
    private static int Number(ReadOnlySpan<byte> line, int at)
    {
        if (Is(line, at, '-')) at++;
        var end = Is(line, at, '0') ? at + 1 : Digits(line, at);
        if (end == at) return -1;
        if (Is(line, end, '.'))
        {
            at = end + 1;
            end = Digits(line, at);
            if (end == at) return -1;
        }
        if (!Is(line, end, 'e') && !Is(line, end, 'E')) return end;
        at = end + 1;
        if (Is(line, at, '+') || Is(line, at, '-')) at++;
        end = Digits(line, at);
        return end == at ? -1 : end;
    }

    private static int Digits(ReadOnlySpan<byte> line, int at)
    {
        while ((uint)at < (uint)line.Length && line[at] is >= (byte)'0' and <= (byte)'9') at++;
        return at;
    }

    /// <summary>A string with escapes, or what is nested.</summary>
    private int Unusual(ReadOnlySpan<byte> line, int at, int member)
    {
        try
        {
            // One level less than a line may have, for the object around it.
            var value = new Utf8JsonReader(line[at..], isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = ObjectParser.MaxDepth - 1 }));
            return value.Read() && JsonValue.TryTake(ref value, cells, member, line.Length, at) ? at + (int)value.BytesConsumed : -1;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return -1;
        }
    }
}

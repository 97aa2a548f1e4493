using Landfall.Avro;

namespace Landfall.Rows;

/// <summary>A value of Avro as JSON. The value of a union stands without the name of its type.</summary>
internal static class AvroJson
{
    /// <summary>So much of a text is escaped before its length is looked at again: a control character becomes six.</summary>
    private const int Piece = 64 * 1024;

    /// <param name="limit">The most bytes that <paramref name="text"/> may hold.</param>
    public static void Write(TextBuffer text, AvroSchema schema, ref AvroCursor cursor, int limit)
    {
        cursor.Spend(1);
        if (text.Length > limit) throw TooLong(in cursor, limit);
        switch (schema.Kind)
        {
            case AvroKind.Null:
                text.Add("null"u8);
                break;
            case AvroKind.Union:
                Write(text, cursor.Branch(schema), ref cursor, limit);
                break;
            case AvroKind.String:
                String(text, ref cursor, limit);
                break;
            case AvroKind.Enum:
                text.Quote(cursor.Symbol(schema));
                break;
            case AvroKind.Record:
                Record(text, schema, ref cursor, limit);
                break;
            case AvroKind.Array or AvroKind.Map:
                Items(text, schema, ref cursor, limit);
                break;
            default:
                Scalar(text, schema, ref cursor);
                break;
        }
    }

    private static void Record(TextBuffer text, AvroSchema schema, ref AvroCursor cursor, int limit)
    {
        cursor.Enter();
        text.Add((byte)'{');
        for (var i = 0; i < schema.Fields.Length; i++)
        {
            if (i > 0) text.Add((byte)',');
            var name = schema.Fields[i].Utf8Name;
            cursor.SpendText(name.Length);
            text.Quote(name);
            text.Add((byte)':');
            Write(text, schema.Fields[i].Schema, ref cursor, limit);
        }
        text.Add((byte)'}');
        cursor.Leave();
    }

    private static void Items(TextBuffer text, AvroSchema schema, ref AvroCursor cursor, int limit)
    {
        var isMap = schema.Kind == AvroKind.Map;
        cursor.Enter();
        text.Add(isMap ? (byte)'{' : (byte)'[');
        var first = true;
        for (var count = cursor.Items(); count > 0; count = cursor.Items())
        {
            for (; count > 0; count--, first = false)
            {
                if (!first) text.Add((byte)',');
                if (isMap)
                {
                    String(text, ref cursor, limit);
                    text.Add((byte)':');
                }
                Write(text, schema.Items!, ref cursor, limit);
            }
        }
        text.Add(isMap ? (byte)'}' : (byte)']');
        cursor.Leave();
    }

    private static void String(TextBuffer text, ref AvroCursor cursor, int limit)
    {
        var value = cursor.String();
        text.Add((byte)'"');
        for (; !value.IsEmpty; value = value[Math.Min(Piece, value.Length)..])
        {
            if (value.Length > limit - text.Length) throw TooLong(in cursor, limit);
            text.Escape(value[..Math.Min(Piece, value.Length)]);
        }
        text.Add((byte)'"');
    }

    private static void Scalar(TextBuffer text, AvroSchema schema, ref AvroCursor cursor)
    {
        var start = text.Length;
        if (!AvroText.IsPlain(schema))
        {
            text.Add((byte)'"');
            AvroText.Write(text, schema, ref cursor);
            text.Add((byte)'"');
            return;
        }
        AvroText.Write(text, schema, ref cursor);
        // JSON has no word for what is no finite number.
        if (text[text.Length - 1, 1][0] is not ((byte)'N' or (byte)'y')) return;
        Span<byte> word = stackalloc byte[16];
        var length = text.Length - start;
        text[start, length].CopyTo(word);
        text.Cut(start);
        text.Quote(word[..length]);
    }

    internal static RejectException TooLong(in AvroCursor cursor, int limit) => cursor.Fault($"it is longer than {limit >> 20} MiB as text", "write smaller records");
}

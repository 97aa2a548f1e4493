using System.Globalization;
using System.Text;
using Landfall.Avro;

namespace Landfall.Tests.Avro;

/// <summary>Random values as they are written, and values as they are read, in the same words.</summary>
internal static class AvroValues
{
    private static readonly string[] Texts = ["", "a", "Bogotá €", "😀", "line\nbreak", new('x', 200)];

    public static void Write(AvroFileWriter writer, AvroSchema schema, Random random, StringBuilder text, HashSet<AvroKind> kinds)
    {
        kinds.Add(schema.Kind);
        switch (schema.Kind)
        {
            case AvroKind.Null:
                text.Append("null ");
                break;
            case AvroKind.Boolean:
                var truth = random.Next(2) == 0;
                writer.Boolean(truth);
                text.Append(truth ? "True " : "False ");
                break;
            case AvroKind.Int:
                var small = random.Next(3) == 0 ? random.Next(int.MinValue, int.MaxValue) : random.Next(-70, 70);
                writer.Long(small);
                text.Append($"{small} ");
                break;
            case AvroKind.Long:
                var large = random.Next(3) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(-70, 70);
                writer.Long(large);
                text.Append($"{large} ");
                break;
            case AvroKind.Float:
                var single = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
                writer.Float(single);
                text.Append($"{single.ToString("R", CultureInfo.InvariantCulture)} ");
                break;
            case AvroKind.Double:
                var real = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
                writer.Double(real);
                text.Append($"{real.ToString("R", CultureInfo.InvariantCulture)} ");
                break;
            case AvroKind.Bytes:
                var bytes = Bytes(random, random.Next(300));
                writer.Bytes(bytes);
                text.Append($"{Convert.ToHexString(bytes)} ");
                break;
            case AvroKind.Fixed:
                var exact = Bytes(random, schema.Size);
                writer.Fixed(exact);
                text.Append($"{Convert.ToHexString(exact)} ");
                break;
            case AvroKind.String:
                var words = Texts[random.Next(Texts.Length)];
                writer.Bytes(Encoding.UTF8.GetBytes(words));
                text.Append($"\"{words}\" ");
                break;
            case AvroKind.Enum:
                var symbol = random.Next(schema.Symbols.Length);
                writer.Index(symbol);
                text.Append($"s{symbol} ");
                break;
            case AvroKind.Union:
                var branch = random.Next(schema.Branches.Length);
                writer.Index(branch);
                Write(writer, schema.Branches[branch], random, text, kinds);
                break;
            case AvroKind.Record:
                text.Append('{');
                foreach (var field in schema.Fields) Write(writer, field.Schema, random, text, kinds);
                text.Append('}');
                break;
            default:
                text.Append('[');
                for (var blocks = random.Next(3); blocks > 0; blocks--)
                {
                    var count = random.Next(1, 4);
                    writer.Items(count);
                    for (; count > 0; count--)
                    {
                        if (schema.Kind == AvroKind.Map) writer.Bytes("key"u8);
                        Write(writer, schema.Items!, random, text, kinds);
                    }
                }
                writer.Items(0);
                text.Append(']');
                break;
        }
    }

    public static void Read(AvroSchema schema, ref AvroCursor cursor, StringBuilder text)
    {
        switch (schema.Kind)
        {
            case AvroKind.Null: text.Append("null "); break;
            case AvroKind.Boolean: text.Append($"{cursor.Boolean()} "); break;
            case AvroKind.Int: text.Append($"{cursor.Int()} "); break;
            case AvroKind.Long: text.Append($"{cursor.Long()} "); break;
            case AvroKind.Float: text.Append($"{cursor.Float().ToString("R", CultureInfo.InvariantCulture)} "); break;
            case AvroKind.Double: text.Append($"{cursor.Double().ToString("R", CultureInfo.InvariantCulture)} "); break;
            case AvroKind.Bytes: text.Append($"{Convert.ToHexString(cursor.Bytes())} "); break;
            case AvroKind.Fixed: text.Append($"{Convert.ToHexString(cursor.Fixed(schema))} "); break;
            case AvroKind.String: text.Append($"\"{Encoding.UTF8.GetString(cursor.String())}\" "); break;
            case AvroKind.Enum: text.Append($"{Encoding.UTF8.GetString(cursor.Symbol(schema))} "); break;
            case AvroKind.Union: Read(cursor.Branch(schema), ref cursor, text); break;
            case AvroKind.Record:
                text.Append('{');
                cursor.Enter();
                foreach (var field in schema.Fields) Read(field.Schema, ref cursor, text);
                cursor.Leave();
                text.Append('}');
                break;
            default:
                text.Append('[');
                cursor.Enter();
                for (var count = cursor.Items(); count > 0; count = cursor.Items())
                {
                    for (; count > 0; count--)
                    {
                        if (schema.Kind == AvroKind.Map) cursor.String();
                        Read(schema.Items!, ref cursor, text);
                    }
                }
                cursor.Leave();
                text.Append(']');
                break;
        }
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}

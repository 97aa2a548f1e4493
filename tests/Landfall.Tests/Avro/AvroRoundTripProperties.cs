using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Landfall.Avro;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Avro;

/// <summary>Schemas and values of every kind, generated together, through the file writer and back through the cursor.</summary>
public sealed class AvroRoundTripProperties
{
    private static readonly string[] Leaves = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

    /// <summary>A type as JSON; NAME stands where a name of its own must.</summary>
    private static Gen<string> Leaf { get; } = Gen.OneOf(
        Gen.Elements(Leaves).Select(name => $"\"{name}\""),
        Gen.Choose(0, 20).Select(size => $$"""{"type":"fixed","name":"NAME","size":{{size}}}"""),
        Gen.Choose(1, 5).Select(count => $$"""{"type":"enum","name":"NAME","symbols":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"s{i}\""))}}]}"""),
        Gen.Elements("int date", "int time-millis", "long time-micros", "long timestamp-millis", "long local-timestamp-micros", "string uuid")
            .Select(type => $$"""{"type":"{{type.Split(' ')[0]}}","logicalType":"{{type.Split(' ')[1]}}"}"""));

    private static Gen<string> Schema { get; } = Gen.Choose(0, 4).SelectMany(depth => Record(depth)).Select(Named);

    [Theory]
    [InlineData(AvroCodec.None)]
    [InlineData(AvroCodec.Deflate)]
    public void What_is_written_is_read(AvroCodec codec)
    {
        var (values, kinds) = (0L, new HashSet<AvroKind>());
        var property = Prop.ForAll(Schema.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (json, seed) =>
        {
            var random = new Random(seed);
            var schema = AvroSchema.Parse(Encoding.UTF8.GetBytes(json));
            var (file, expected) = (new MemoryStream(), new List<string>());
            var writer = new AvroFileWriter(file, json, codec);
            for (var n = random.Next(40); n > 0; n--)
            {
                var text = new StringBuilder();
                AvroValues.Write(writer, schema, random, text, kinds);
                writer.End();
                expected.Add($"{text}");
                if (random.Next(10) == 0) writer.FlushAsync(default).AsTask().GetAwaiter().GetResult();
            }
            writer.CompleteAsync(default).AsTask().GetAwaiter().GetResult();
            // Records of no bytes are refused, and have a test of their own.
            if (!Takes(schema)) return;
            values += expected.Count;
            file.Position = 0;
            ReadAsync(file).GetAwaiter().GetResult().ShouldBe(expected, json);
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), property);
        values.ShouldBeGreaterThan(3000);
        kinds.Count.ShouldBe(Enum.GetValues<AvroKind>().Length);
    }

    private static async Task<List<string>> ReadAsync(Stream file)
    {
        await using var reader = await AvroFileReader.OpenAsync(file, default);
        var read = new List<string>();
        while (await reader.ReadAsync(default))
        {
            // Every other record is passed over first, which must end at the same place.
            var skipped = reader.Cursor();
            skipped.Skip(reader.Schema);
            var cursor = reader.Cursor();
            var text = new StringBuilder();
            AvroValues.Read(reader.Schema, ref cursor, text);
            read.Add($"{text}");
            cursor.Position.ShouldBe(skipped.Position);
            reader.End(cursor);
        }
        return read;
    }

    /// <summary>Whether each value has at least one byte.</summary>
    private static bool Takes(AvroSchema schema) => schema.Kind switch
    {
        AvroKind.Null => false,
        AvroKind.Fixed => schema.Size > 0,
        AvroKind.Record => schema.Fields.Any(f => Takes(f.Schema)),
        _ => true,
    };

    private static Gen<string> Any(int depth) => depth == 0 ? Leaf : Gen.Frequency(
        (3, Leaf),
        (1, Any(depth - 1).Select(items => $$"""{"type":"array","items":{{items}} }""")),
        (1, Any(depth - 1).Select(items => $$"""{"type":"map","values":{{items}} }""")),
        (2, Record(depth - 1)),
        (2, Union(depth - 1)));

    private static Gen<string> Record(int depth) =>
        from count in Gen.Choose(0, 5)
        from fields in Any(depth).ArrayOf(count)
        select $$"""{"type":"record","name":"NAME","fields":[{{string.Join(',', fields.Select((type, i) => $$"""{"name":"f{{i}}","type":{{type}} }"""))}}]}""";

    private static Gen<string> Union(int depth) =>
        from leaves in Gen.Shuffle(Leaves)
        from count in Gen.Choose(1, 4)
        from record in Record(depth)
        select $"[{string.Join(',', leaves.Take(count).Select(name => $"\"{name}\"").Append(record))}]";

    private static string Named(string schema)
    {
        var parts = schema.Split("NAME");
        return string.Concat(parts.Select((part, i) => i == parts.Length - 1 ? part : $"{part}n{i}"));
    }
}

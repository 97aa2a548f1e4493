using static Landfall.Tests.Avro.AvroBytes;

namespace Landfall.Tests.Avro;

/// <summary>A few records with a value of every kind.</summary>
internal static class AvroSample
{
    public const int Records = 4;

    public static string Schema { get; } = Record("""
        {"name":"b","type":"boolean"},{"name":"l","type":"long"},{"name":"d","type":"double"},{"name":"y","type":"bytes"},
        {"name":"s","type":["null","string"]},{"name":"x","type":{"type":"fixed","name":"two","size":2}},
        {"name":"e","type":{"type":"enum","name":"suit","symbols":["CLUBS","HEARTS"]}},{"name":"u","type":["null","int","string","r"]},
        {"name":"a","type":{"type":"array","items":"long"}},{"name":"m","type":{"type":"map","values":["null","double"]}},
        {"name":"n","type":{"type":"bytes","logicalType":"decimal","precision":20,"scale":3}},{"name":"t","type":{"type":"long","logicalType":"timestamp-micros"}}
        """);

    public static byte[] Block() =>
    [
        .. Enumerable.Range(0, Records).SelectMany(i => (byte[])
        [
            (byte)(i % 2), .. Long(i * -1000), .. BitConverter.GetBytes(i * 0.1), .. Text("bytes"), 2, .. Text($"Bogotá {i}"), 1, 2, 2, .. Union(i),
            4, .. Long(i), .. Long(-i), 1, .. Long(1), .. Long(i), 0, 2, .. Text("key"), 2, .. BitConverter.GetBytes(1e10), 0, 4, 0x30, 0x39, .. Long(1636253322000000),
        ]),
    ];

    private static byte[] Union(int i) => (i % 3) switch { 0 => [0], 1 => [2, .. Long(i)], _ => [4, .. Text("text")] };
}

namespace Landfall.Avro;

/// <summary>
/// How deep records lie directly in each other, without a union, an array or a map between them that could end it. A record that holds itself so has no
/// end, and no value.
/// </summary>
internal sealed class AvroNesting
{
    /// <summary>0 while a record is being measured. Each is measured once, however many fields refer to it.</summary>
    private readonly Dictionary<AvroSchema, int> _depths = [];

    public static bool IsWithinLimit(IEnumerable<AvroSchema> named)
    {
        var nesting = new AvroNesting();
        return named.All(schema => nesting.Measure(schema, 1) <= AvroLimits.Depth);
    }

    private int Measure(AvroSchema schema, int above)
    {
        if (schema.Kind != AvroKind.Record) return 0;
        if (above > AvroLimits.Depth) return above;
        if (_depths.TryGetValue(schema, out var known)) return known == 0 ? AvroLimits.Depth + 1 : known;
        _depths[schema] = 0;
        var deepest = 0;
        foreach (var field in schema.Fields) deepest = Math.Max(deepest, Measure(field.Schema, above + 1));
        return _depths[schema] = deepest + 1;
    }
}

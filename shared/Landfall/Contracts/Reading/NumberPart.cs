namespace Landfall.Contracts.Reading;

/// <summary>The limits of a number: <c>minimum</c> and its kin, and what an integer's <c>format</c> implies.</summary>
internal static class NumberPart
{
    public static Column Read(YamlMap map, Column column)
    {
        var (least, most) = Format(map, column.Type);
        var minimum = Tighter([least, At("minimum", false), At("exclusiveMinimum", true)], lower: true);
        var maximum = Tighter([most, At("maximum", false), At("exclusiveMaximum", true)], lower: false);
        if (minimum is { } low && maximum is { } high && (low.Value > high.Value || (low.Value == high.Value && (low.Exclusive || high.Exclusive))))
            map.FaultHere($"lets no value pass: the least is {low.Value}, the most {high.Value}");
        return column with { Minimum = minimum, Maximum = maximum };

        Bound? At(string word, bool exclusive) => map.Number(word) is { } value ? new Bound(value, exclusive) : null;
    }

    /// <summary>The one that lets fewer numbers pass.</summary>
    private static Bound? Tighter(ReadOnlySpan<Bound?> bounds, bool lower)
    {
        Bound? tightest = null;
        foreach (var bound in bounds)
        {
            if (bound is not { } b) continue;
            if (tightest is not { } t || (lower ? b.Value > t.Value : b.Value < t.Value) || (b.Value == t.Value && b.Exclusive)) tightest = b;
        }
        return tightest;
    }

    private static (Bound? Least, Bound? Most) Format(YamlMap map, ColumnType type)
    {
        if (type != ColumnType.Int64)
        {
            map.NotYet("format");
            return default;
        }
        return map.Choice("format", ["i8", "i16", "i32", "i64", "u8", "u16", "u32"], later: ["u64", "i128", "u128"]) switch
        {
            "i8" => Range(sbyte.MinValue, sbyte.MaxValue),
            "i16" => Range(short.MinValue, short.MaxValue),
            "i32" => Range(int.MinValue, int.MaxValue),
            "u8" => Range(0, byte.MaxValue),
            "u16" => Range(0, ushort.MaxValue),
            "u32" => Range(0, uint.MaxValue),
            _ => default,
        };

        static (Bound?, Bound?) Range(decimal least, decimal most) => (new Bound(least, Exclusive: false), new Bound(most, Exclusive: false));
    }
}

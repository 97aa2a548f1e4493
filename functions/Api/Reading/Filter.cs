using Landfall.Rest.Tables;

namespace Landfall.Rest.Reading;

/// <summary>A condition on a column.</summary>
/// <param name="Operator">One of <see cref="Operators"/>.</param>
/// <param name="Values">What it is compared with, as <see cref="ValueText"/> has it.</param>
internal sealed record Filter(ApiColumn Column, string Operator, IReadOnlyList<string> Values)
{
    /// <summary>How each operator stands in SQL.</summary>
    public static IReadOnlyDictionary<string, string> Operators { get; } = new Dictionary<string, string>
    {
        ["eq"] = "=", ["neq"] = "<>", ["lt"] = "<", ["lte"] = "<=", ["gt"] = ">", ["gte"] = ">=", ["like"] = "LIKE", ["ilike"] = "ILIKE", ["in"] = "IN", ["is"] = "IS",
    };
}

using System.Globalization;

namespace Landfall.Contracts;

/// <summary>One entry of ODCS <c>quality[]</c>: a number, by metric or by query, and what it must be. Looked at when all rows are in place, before they are visible.</summary>
public sealed record QualityRule
{
    /// <summary>ODCS <c>name</c>, or else the metric's.</summary>
    public required string Name { get; init; }

    /// <summary><c>error</c>: a source that breaks it is refused. Else it lands, and its receipt says so.</summary>
    public required bool IsError { get; init; }

    /// <summary>What is counted; null when <see cref="Query"/> is asked.</summary>
    public QualityMetric? Metric { get; init; }

    /// <summary>The columns it is about; empty when it is about rows.</summary>
    public IReadOnlyList<Column> Columns { get; init; } = [];

    /// <summary>Values that count as missing, or that alone are valid.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Whether the number is per hundred rows.</summary>
    public bool IsPercent { get; init; }

    /// <summary>One SELECT of one number, in the warehouse's SQL; <c>${table}</c> and <c>${column}</c> stand for what the rule is written on. Sees the tables as they will be.</summary>
    public string? Query { get; init; }

    /// <summary>The ODCS operator: <c>mustBe</c>, <c>mustBeLessThan</c>…</summary>
    public required string Operator { get; init; }

    /// <summary>What the number is compared with; the lower end of a range.</summary>
    public required decimal Low { get; init; }

    /// <summary>The upper end of a range; else the same as <see cref="Low"/>.</summary>
    public required decimal High { get; init; }

    /// <summary>Whether a number is what it must be.</summary>
    public bool Holds(decimal number) => Operator switch
    {
        "mustBe" => number == Low,
        "mustNotBe" => number != Low,
        "mustBeGreaterThan" => number > Low,
        "mustBeGreaterOrEqualTo" => number >= Low,
        "mustBeLessThan" => number < Low,
        "mustBeLessOrEqualTo" => number <= Low,
        "mustBeBetween" => number >= Low && number <= High,
        _ => number < Low || number > High,
    };

    /// <summary>What the number must be, in words: <c>less than 5 %</c>.</summary>
    public string Expected
    {
        get
        {
            var low = Low.ToString(CultureInfo.InvariantCulture);
            var high = High.ToString(CultureInfo.InvariantCulture);
            var text = Operator switch
            {
                "mustBe" => low,
                "mustNotBe" => $"anything but {low}",
                "mustBeGreaterThan" => $"more than {low}",
                "mustBeGreaterOrEqualTo" => $"at least {low}",
                "mustBeLessThan" => $"less than {low}",
                "mustBeLessOrEqualTo" => $"at most {low}",
                "mustBeBetween" => $"{low} to {high}",
                _ => $"less than {low} or more than {high}",
            };
            return IsPercent ? text + " %" : text;
        }
    }

    public override string ToString() => Name;
}

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

    /// <summary>One SELECT of one number, in the warehouse's SQL; <c>${table}</c> and <c>${column}</c> stand for what the rule is written on, <c>${name}</c> for a table of the contract by its name. Sees those as they will be.</summary>
    public string? Query { get; init; }

    /// <summary>The ODCS operator: <c>mustBe</c>, <c>mustBeLessThan</c>…</summary>
    public required string Operator { get; init; }

    /// <summary>What the number is compared with; the lower end of a range.</summary>
    public required decimal Low { get; init; }

    /// <summary>The upper end of a range; else the same as <see cref="Low"/>.</summary>
    public required decimal High { get; init; }

    /// <summary><see cref="Query"/> with names in it.</summary>
    /// <param name="tables">The contract's.</param>
    /// <param name="on">The table that the rule is written on.</param>
    /// <param name="name">What a table is called in the warehouse's SQL.</param>
    /// <param name="column">What a column is called there.</param>
    public string QueryOn(IReadOnlyList<Table> tables, Table on, Func<Table, string> name, Func<Column, string> column)
    {
        var query = Query!.Replace("${table}", name(on), StringComparison.Ordinal);
        foreach (var table in tables.DistinctBy(t => t.Name)) query = query.Replace($"${{{table.Name}}}", name(table), StringComparison.Ordinal);
        return Columns is [var only] ? query.Replace("${column}", column(only), StringComparison.Ordinal) : query;
    }

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

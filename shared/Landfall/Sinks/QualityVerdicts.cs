using System.Globalization;
using Landfall.Contracts;

namespace Landfall.Sinks;

/// <summary>What the quality rules of a source's tables have found.</summary>
internal sealed class QualityVerdicts
{
    private readonly List<Finding> _findings = [];
    private readonly List<string> _errors = [];

    /// <summary>Rules that do not hold, of severity warning.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>What is wrong with a number; null when the rule holds.</summary>
    public static string? Trouble(QualityRule rule, decimal number) =>
        rule.Holds(number) ? null : $"is {number.ToString("0.####", CultureInfo.InvariantCulture)}; expected {rule.Expected}";

    /// <summary>Notes a rule that does not hold.</summary>
    public void Add(Table table, QualityRule rule, string trouble)
    {
        if (rule.IsError) _errors.Add($"{rule.Name} of {table} {trouble}");
        else _findings.Add(new(table.ToString(), rule.Name, trouble));
    }

    /// <exception cref="RejectException">A rule of severity error does not hold.</exception>
    public void ThrowIfBroken()
    {
        if (_errors.Count > 0) throw new RejectException($"the quality of the data is not what the contract asks for: {string.Join("; ", _errors)}", "mend the file and drop it again", rule: "quality");
    }
}

using System.Globalization;
using Landfall.Contracts;
using Landfall.Events;

namespace Landfall.Functions;

/// <summary>What a tick asks for, by the query of its job's URL.</summary>
/// <param name="Percent">By how much values rise.</param>
/// <param name="Undo">The run that is undone instead; null for none.</param>
/// <param name="WriteBack">Whether Bloomreach is told.</param>
internal sealed record UpliftOrder(decimal Percent, string? Undo, bool WriteBack)
{
    private const decimal Default = 20, Most = 1000;

    /// <summary>A contract's job at the scheduler. No contract's id has a hyphen.</summary>
    public static string Job(Contract contract) => $"{contract.Id}-uplift";

    /// <exception cref="BadEventException">It can not be read.</exception>
    public static UpliftOrder Read(IReadOnlyDictionary<string, string> parameters)
    {
        foreach (var name in parameters.Keys.Where(name => name is not ("percent" or "undo" or "writeBack")))
            throw new BadEventException($"The tick says '{name}', which is no parameter of an uplift; expected 'percent', 'undo' or 'writeBack'.");
        var undo = parameters.GetValueOrDefault("undo");
        var percent = Default;
        if (parameters.TryGetValue("percent", out var text))
        {
            if (undo is not null) throw new BadEventException("The tick says both 'percent' and 'undo'; keep one of the two.");
            if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent) || percent <= 0 || percent > Most || percent.Scale > 6)
                throw new BadEventException($"The tick's 'percent' can not be read; expected a number greater than 0 and at most {Most}, with at most 6 digits behind the point.");
        }
        return new(percent, undo, parameters.GetValueOrDefault("writeBack") switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw new BadEventException("The tick's 'writeBack' can not be read; expected true or false."),
        });
    }
}

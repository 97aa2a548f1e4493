using Landfall.Contracts;

namespace Landfall.Sinks;

/// <summary>What keeps a truncated or mistaken file from emptying its table: the contract's <c>maxChangePercent</c>.</summary>
internal static class ChangeLimit
{
    /// <param name="contract">Says how much a source may change.</param>
    /// <param name="result">What it does to a table.</param>
    /// <param name="standing">Rows of the table before.</param>
    /// <exception cref="RejectException">It would change, or remove, more.</exception>
    public static void Check(Contract contract, TableResult result, long standing)
    {
        if (contract.MaxChangePercent is not { } most || standing == 0) return;
        var touched = (result.Changed ?? 0) + (result.Removed ?? 0);
        var percent = 100.0 * touched / standing;
        if (percent <= most) return;
        throw new RejectException($"it would change {result.Changed ?? 0} and remove {result.Removed ?? 0} of the {standing} rows of {result.Table} ({percent:0.##} %); the contract allows {most:0.##} %",
            "see that the file is whole; if so much is meant to change, raise maxChangePercent in the contract for this once, and drop the file again", rule: "maxChangePercent");
    }
}

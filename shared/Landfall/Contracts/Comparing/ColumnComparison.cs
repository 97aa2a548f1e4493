using Landfall.Contracts.Rendering;

namespace Landfall.Contracts.Comparing;

/// <summary>The changes of one column.</summary>
internal static class ColumnComparison
{
    /// <summary>A column that was not there.</summary>
    public static void Added(Contract old, Contract contract, Table table, Column column, ChangeLog log)
    {
        if (column.Required) log.Breaks($"{table}.{column}", "the required column is new", "rows that stand have no value for it: a person must add it, with a default");
        else if (!Needs(old, contract, table, column, log)) log.Safe($"{table}.{column}", "the column is new, and may be NULL", "it is added at the next landing");
    }

    /// <summary>Whether files must have a column that they need not have had; it is told then.</summary>
    public static bool Needs(Contract old, Contract contract, Table table, Column column, ChangeLog log)
    {
        // The members of a JSON object name themselves, and one that is not there is empty.
        if (column.Source == Column.DateSource || contract.Object is null || contract.Format.Type == FormatType.Ndjson) return false;
        if (old.Tables.SelectMany(t => t.Columns).Any(other => other.Source == column.Source)) return false;
        log.Breaks($"{table}.{column}", $"the column is new, and files must have '{column.Source}'",
            $"files without it are refused{(old.UnknownColumns == UnknownColumns.Discard ? ": let producers send it first, which the contract in use lets pass" : "")}");
        return true;
    }

    public static void Compare(SinkKind sink, Table table, Column old, Column column, ChangeLog log)
    {
        var path = $"{table}.{column}";
        if (old.Type != column.Type || old.Scale != column.Scale || Narrower(old.Precision, column.Precision)) log.Breaks($"{path}.type", $"is {TypeName.Of(column, sink)} and not {TypeName.Of(old, sink)}", "values that were good may not be, and the table's column must be changed by a person");
        else if (old.Precision != column.Precision) log.Safe($"{path}.type", $"is {TypeName.Of(column, sink)}, which is wider", "the table's column follows at the next landing");
        if (old.Source != column.Source) log.Breaks($"{path}.transformSourceObjects", $"reads '{column.Source}' and not '{old.Source}'", "files written as before bring other values, or are refused");
        if (old.Pad != column.Pad) log.Breaks($"{path}.transformLogic", "is another", "the same files bring other values");
        if (old.Format != column.Format) log.Breaks($"{path}.format", $"is {column.Format ?? "ISO 8601"} and not {old.Format ?? "ISO 8601"}", "values written as before are rejected");
        if (column.Required && !old.Required) log.Breaks($"{path}.required", "is required", "rows without it are rejected, and those that stand may be in the way");
        if (!column.Required && old.Required) log.Safe($"{path}.required", "may be NULL", "files that landed land still; who reads it may meet a NULL");
        if (column.Unique && !old.Unique) log.Breaks($"{path}.unique", "is unique", "rows that repeat a value are rejected");
        if (!column.Unique && old.Unique) log.Breaks($"{path}.unique", "may repeat", "who looks a row up by it may find several");
        if (old.PatternText != column.PatternText)
        {
            if (column.PatternText is null) log.Safe($"{path}.pattern", "is none", "what was good is good still");
            else log.Breaks($"{path}.pattern", $"is {column.PatternText}", "values of another shape are rejected");
        }
        Bound("minLength", -(old.MinLength ?? 0), -(column.MinLength ?? 0));
        Bound("maxLength", old.MaxLength ?? int.MaxValue, column.MaxLength ?? int.MaxValue);
        Bound("minimum", -Low(old), -Low(column));
        Bound("maximum", High(old), High(column));
        if (old.Minimum is { } low && column.Minimum is { } newLow && low.Value == newLow.Value && newLow.Exclusive != low.Exclusive) Bound("minimum", newLow.Exclusive ? 1 : 0, newLow.Exclusive ? 0 : 1);
        if (old.Maximum is { } high && column.Maximum is { } newHigh && high.Value == newHigh.Value && newHigh.Exclusive != high.Exclusive) Bound("maximum", newHigh.Exclusive ? 1 : 0, newHigh.Exclusive ? 0 : 1);

        void Bound(string rule, decimal before, decimal after)
        {
            if (after < before) log.Breaks($"{path}.{rule}", "is narrower", "values that were good are rejected");
            else if (after > before) log.Safe($"{path}.{rule}", "is wider", "what was good is good still");
        }
    }

    private static bool Narrower(int? old, int? precision) => precision is { } now && (old is not { } before || now < before);

    private static decimal Low(Column column) => column.Minimum?.Value ?? decimal.MinValue;

    private static decimal High(Column column) => column.Maximum?.Value ?? decimal.MaxValue;
}

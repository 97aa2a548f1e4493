using System.Text.Json;
using Landfall.Contracts;
using Landfall.Landings;

namespace Landfall.Tool.Output;

/// <summary>A receipt as its producer reads it at a terminal.</summary>
internal static class ReceiptView
{
    /// <param name="contract">Whose it is: how a mended file is to be sent depends on how its tables follow their files.</param>
    public static void Show(ToolOutput output, Receipt receipt, Contract contract)
    {
        output.Line($"{receipt.Source}: {receipt.Outcome}", IsFine(receipt) ? Styles.Good : Styles.Bad);
        if (receipt.Reason is not null) output.Line($"  {receipt.Reason}");
        if (receipt.Hint is not null) output.Line($"  {receipt.Hint}");
        if (receipt.Rows is { } rows && receipt.Outcome is "landed" or "refused") output.Line($"  {rows.Read} rows read, {rows.Landed} landed, {rows.Rejected} rejected{(rows.Collapsed > 0 ? $", {rows.Collapsed} repeated another one exactly" : "")}");
        if (receipt.Tables is { Count: > 0 } tables)
        {
            output.Table(["table", "written#", "added#", "changed#", "removed#", "older#"], tables.Select(table => (IReadOnlyList<string?>)
                [table.Table, $"{table.Rows}", $"{table.Added}", $"{table.Changed}", $"{table.Removed}", table.Older > 0 ? $"{table.Older}" : ""]));
        }
        foreach (var finding in receipt.Findings ?? []) output.Line($"  finding: {finding.Rule} of {finding.Table} {finding.Message}", Styles.Warning);
        if (receipt.Reasons is not { Count: > 0 } reasons) return;
        RejectTable.Show(output, reasons, values: false);
        if (receipt.Rejects is not null) output.Line($"all of them, with their values: {receipt.Rejects}");
        if (receipt.Outcome == "landed") output.Line(Mending.Of(contract));
    }

    public static void Write(Utf8JsonWriter json, string name, Receipt? receipt)
    {
        json.WritePropertyName(name);
        if (receipt is null) json.WriteNullValue();
        else json.WriteRawValue(ReceiptJson.Write(receipt));
    }

    /// <summary>Whether all of a file's rows are in their tables.</summary>
    public static bool IsFine(Receipt receipt) => receipt is { Outcome: "landed", Rows.Rejected: 0 };
}

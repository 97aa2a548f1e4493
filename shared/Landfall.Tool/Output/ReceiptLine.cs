using System.Globalization;
using System.Text.Json;
using Landfall.Cloud;
using Landfall.Landings;

namespace Landfall.Tool.Output;

/// <summary>A receipt among many: one line.</summary>
internal static class ReceiptLine
{
    public static void Show(ToolOutput output, StoredObject version, Receipt? receipt, bool quiet)
    {
        if (receipt is null) output.Line($"{version.Identity}: {(quiet ? "sent" : "no receipt came in time")}", quiet ? null : Styles.Warning);
        else output.Line($"{version.Identity}: {receipt.Outcome}{(receipt.Rows is { } rows ? $", {rows.Landed} rows, {rows.Rejected} rejected" : "")}{(receipt.Reason is null ? "" : $": {receipt.Reason}")}", receipt.Outcome == "landed" ? Styles.Good : Styles.Bad);
    }

    public static void Write(Utf8JsonWriter json, StoredObject version, Receipt? receipt)
    {
        json.WriteStartObject();
        json.WriteString("object", $"gs://{version.Bucket}/{version.Name}");
        json.WriteString("generation", version.Generation.ToString(CultureInfo.InvariantCulture));
        ReceiptView.Write(json, "receipt", receipt);
        json.WriteEndObject();
    }

    /// <summary>The exit code of what was waited for.</summary>
    public static int Code(IEnumerable<Receipt?> receipts, bool quiet)
    {
        if (quiet) return ExitCode.Fine;
        var all = receipts.ToList();
        return all.Contains(null) ? ExitCode.World : all.TrueForAll(receipt => receipt!.Outcome == "landed") ? ExitCode.Fine : ExitCode.Fault;
    }
}

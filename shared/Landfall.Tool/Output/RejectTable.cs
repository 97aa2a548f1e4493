using System.Text.Json;
using Landfall.Rows;

namespace Landfall.Tool.Output;

/// <summary>Rejected rows: where each is, and what is wrong with it.</summary>
internal static class RejectTable
{
    public static void Show(ToolOutput output, IEnumerable<Reject> rejects, bool values) => output.Table(
        values ? ["line#", "column", "rule", "value", "reason"] : ["line#", "column", "rule", "reason"],
        rejects.Select(reject => (IReadOnlyList<string?>)[
            reject.Place ?? (reject.Line > 0 ? $"{reject.Line}" : ""), reject.Column, reject.Rule, .. values ? [reject.Value] : Array.Empty<string?>(), reject.Reason]));

    public static void Write(Utf8JsonWriter json, string name, IEnumerable<Reject> rejects)
    {
        json.WriteStartArray(name);
        foreach (var reject in rejects)
        {
            json.WriteStartObject();
            json.WriteNumber("line", reject.Line);
            json.WriteString("column", reject.Column);
            json.WriteString("rule", reject.Rule);
            json.WriteString("value", reject.Value);
            json.WriteString("reason", reject.Reason);
            if (reject.Place is not null) json.WriteString("place", reject.Place);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

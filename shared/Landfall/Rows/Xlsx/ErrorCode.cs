using System.Text;

namespace Landfall.Rows.Xlsx;

/// <summary>What spreadsheets put in a cell when a formula has no value. Anything else there is the file's invention and is not repeated.</summary>
internal static class ErrorCode
{
    private static readonly string[] Known = ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#GETTING_DATA"];

    public static string Shown(SheetValue cell) => Known.FirstOrDefault(code => cell.Text.Length == code.Length && Encoding.ASCII.GetString(cell.Text.Span) == code) ?? "#?";
}

using Landfall.Contracts;

namespace Landfall.Web.Reading;

/// <summary>A cross table, as it landed.</summary>
/// <param name="Labels">Of both axes, in order.</param>
/// <param name="Cells">What stands at a row and a column; what is not there is blank.</param>
/// <param name="Most">The most labels that are drawn.</param>
public sealed record MatrixModel(Contract Contract, Table Table, IReadOnlyList<string> Labels, IReadOnlyDictionary<(int Row, int Column), string> Cells, int Total, int Most)
{
    /// <summary>Whether a cell says yes: a truth value, or any number but 0, or any text.</summary>
    public static bool IsOn(string cell) => cell is not ("false" or "0" or "");
}

namespace Landfall.Rows.Ndjson;

/// <summary>A member that rows have.</summary>
/// <param name="number">Its place among the wanted ones; behind them, when nobody wants it.</param>
/// <param name="quoted">Its name in quotes, as it stands in a line.</param>
internal sealed class JsonMember(int number, byte[] quoted)
{
    public int Number { get; } = number;

    public byte[] Quoted { get; } = quoted;

    /// <summary>The member that followed in the last row; null when nobody knows.</summary>
    public JsonMember? Following { get; set; }

    /// <summary>The last row that had it.</summary>
    public long Row { get; set; } = -1;
}

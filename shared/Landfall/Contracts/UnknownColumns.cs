namespace Landfall.Contracts;

/// <summary>What to do with a column of the file that no property of the contract reads.</summary>
public enum UnknownColumns
{
    /// <summary>The source is refused and the column named.</summary>
    Refuse,

    /// <summary>The column is passed over.</summary>
    Discard,
}

namespace Landfall.Local.BigQuery.Sql;

/// <summary>What is known of the query between one pair of brackets, as it is written.</summary>
internal sealed class Level(Clause clause)
{
    public Clause Clause { get; set; } = clause;

    /// <summary>Whether a table comes next.</summary>
    public bool ExpectsTable { get; set; } = clause == Clause.From;

    /// <summary>Where the item of the list began, in the words.</summary>
    public int Item { get; set; }

    /// <summary>Where it began in what is written.</summary>
    public int ItemOutput { get; set; }

    /// <summary>Columns without a name so far: <c>f0_</c>, <c>f1_</c>…</summary>
    public int Anonymous { get; set; }

    /// <summary>The SELECT list's aliases and what they stand for, which HAVING may use.</summary>
    public Dictionary<string, string> Aliases { get; } = [];
}

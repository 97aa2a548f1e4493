namespace Landfall.Contracts;

/// <summary>How a table follows its sources.</summary>
public enum WriteMode
{
    /// <summary>Rows are added; a newer generation of an object replaces that object's rows.</summary>
    Append,

    /// <summary>Rows are inserted or replaced by primary key; per row, the newest source wins.</summary>
    Upsert,

    /// <summary>A day's rows are those of the newest object of that date.</summary>
    ReplacePartition,

    /// <summary>The table's rows are those of the newest object: vanished rows are deleted, unchanged ones are not rewritten.</summary>
    Replace,
}

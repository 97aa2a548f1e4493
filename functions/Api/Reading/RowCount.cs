namespace Landfall.Rest.Reading;

/// <summary>Whether all rows that the filters let through are counted.</summary>
internal enum RowCount
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>One by one.</summary>
    Exact,

    /// <summary>As many as Postgres' planner expects.</summary>
    Estimated,
}

namespace Landfall.Contracts;

/// <summary>ODCS' own measures of data quality. Each is taken of the rows that a source brings into its table.</summary>
public enum QualityMetric
{
    /// <summary>Rows.</summary>
    RowCount,

    /// <summary>Rows in which the column is NULL.</summary>
    NullValues,

    /// <summary>Rows in which the column is NULL or one of the values that stand for nothing.</summary>
    MissingValues,

    /// <summary>Rows in which the column is none of the values there are. NULL is none.</summary>
    InvalidValues,

    /// <summary>Rows that have the values of the columns of a row before them. NULL equals nothing.</summary>
    DuplicateValues,
}

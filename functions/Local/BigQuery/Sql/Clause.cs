namespace Landfall.Local.BigQuery.Sql;

/// <summary>In which part of a query a word stands.</summary>
internal enum Clause
{
    Expression,
    Select,
    From,
    Group,
    Having,
    Order,
    Limit,
    Set,
}

namespace Landfall.Local.BigQuery.Sql;

internal enum TokenKind
{
    Word,
    Quoted,
    Text,
    Bytes,
    Number,
    Parameter,
    SystemVariable,
    Symbol,
    End,
}

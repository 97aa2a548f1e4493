using Landfall.Rest.Tables;

namespace Landfall.Rest.Reading;

/// <summary>A step of an order. Nulls stand where Postgres puts them: behind all others, or before them when descending; unless it is said.</summary>
/// <param name="Column">Null for the row's place in the table, which tells rows apart where there is no key.</param>
internal sealed record OrderTerm(ApiColumn? Column, bool Descending, bool NullsFirst)
{
    public string Quoted => Column?.Quoted ?? "ctid";

    /// <summary>Whether there may be a NULL.</summary>
    public bool Nullable => Column is { Column.Required: false };

    /// <summary>In SQL.</summary>
    public string Sql => $"{Quoted}{(Descending ? " DESC" : "")}{(NullsFirst == Descending || !Nullable ? "" : NullsFirst ? " NULLS FIRST" : " NULLS LAST")}";
}

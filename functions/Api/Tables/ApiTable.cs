using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Hosting.Access;

namespace Landfall.Rest.Tables;

/// <summary>A table as the API serves it: its columns are those of the contract, and no other.</summary>
internal sealed class ApiTable
{
    public ApiTable(Contract contract, Table table)
    {
        (Contract, Table, Name) = (contract, table, $"{table.Schema}.{table.Name}");
        Columns = [.. table.Columns.Select(column => new ApiColumn(column))];
        Key = [.. table.Key.Select(column => Column(column.Name.Name)!)];
        (Readers, Writers) = (TableRoles.Readers(contract, table), TableRoles.Writers(contract, table));
    }

    public Contract Contract { get; }

    public Table Table { get; }

    /// <summary><c>schema.table</c></summary>
    public string Name { get; }

    /// <summary>In the order of the contract.</summary>
    public IReadOnlyList<ApiColumn> Columns { get; }

    /// <summary>The primary key's, in its order; empty when there is none.</summary>
    public IReadOnlyList<ApiColumn> Key { get; }

    /// <summary>The roles that may read it.</summary>
    public IReadOnlySet<string> Readers { get; }

    /// <summary>The roles that may write it.</summary>
    public IReadOnlySet<string> Writers { get; }

    /// <summary>Null when there is none of the name.</summary>
    public ApiColumn? Column(string name)
    {
        // Tables have few columns: looking through them is as fast as a hash.
        foreach (var column in Columns)
        {
            if (column.Name == name) return column;
        }
        return null;
    }

    /// <summary>The column of a name.</summary>
    /// <param name="name">As the request says it.</param>
    /// <param name="place">Where: <c>select</c>, <c>order</c>…</param>
    /// <exception cref="ProblemException">400: there is none.</exception>
    public ApiColumn Known(string name, string place) => Column(name) ?? throw ProblemException.Bad(
        $"{place}: {Name} has no column {ProblemException.Shown(name)}", $"did you mean {NearestName.Of(ProblemException.Shown(name), Columns.Select(column => column.Name))}?");
}

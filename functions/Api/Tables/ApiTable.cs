using Landfall.Contracts;

namespace Landfall.Rest.Tables;

/// <summary>A table as the API serves it: its columns are those of the contract, and no other.</summary>
internal sealed class ApiTable
{
    public ApiTable(Contract contract, Table table)
    {
        (Contract, Table, Name) = (contract, table, $"{table.Schema}.{table.Name}");
        var roles = contract.Roles.Where(role => role.Of.Count == 0 || role.Of.Contains(Name)).ToList();
        // Whoever writes must see what he changes.
        Readers = Named(roles, "read", "write");
        Writers = Named(roles, "write");
    }

    public Contract Contract { get; }

    public Table Table { get; }

    /// <summary><c>schema.table</c></summary>
    public string Name { get; }

    public IReadOnlyList<Column> Columns => Table.Columns;

    /// <summary>The roles that may read it.</summary>
    public IReadOnlySet<string> Readers { get; }

    /// <summary>The roles that may write it.</summary>
    public IReadOnlySet<string> Writers { get; }

    /// <summary>Null when there is none of the name.</summary>
    public Column? Column(string name)
    {
        // Tables have few columns: looking through them is faster than a hash.
        foreach (var column in Table.Columns)
        {
            if (column.Name.Name == name) return column;
        }
        return null;
    }

    /// <summary>A role whose access is not said may do nothing; access is written for people, too: <c>read, write</c>.</summary>
    private static HashSet<string> Named(List<Role> roles, params string[] words) => [.. roles
        .Where(role => role.Access?.Split([' ', ',', ';', '/', '|', '-', '_'], StringSplitOptions.RemoveEmptyEntries).Intersect(words, StringComparer.OrdinalIgnoreCase).Any() == true)
        .Select(role => role.Name)];
}

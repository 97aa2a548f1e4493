using Landfall.Contracts;

namespace Landfall.Hosting.Access;

/// <summary>Who may do what with a table, by the roles of its contract. A role whose access is not said may do nothing.</summary>
public static class TableRoles
{
    /// <summary>The roles that may read it. Whoever writes must see what he changes.</summary>
    public static IReadOnlySet<string> Readers(Contract contract, Table table) => Named(contract, table, "read", "write");

    /// <summary>The roles that may write it.</summary>
    public static IReadOnlySet<string> Writers(Contract contract, Table table) => Named(contract, table, "write");

    /// <summary>Access is written for people, too: <c>read, write</c>.</summary>
    private static HashSet<string> Named(Contract contract, Table table, params string[] words) => [.. contract.Roles
        .Where(role => role.Of.Count == 0 || role.Of.Contains($"{table.Schema}.{table.Name}"))
        .Where(role => role.Access?.Split([' ', ',', ';', '/', '|', '-', '_'], StringSplitOptions.RemoveEmptyEntries).Intersect(words, StringComparer.OrdinalIgnoreCase).Any() == true)
        .Select(role => role.Name)];
}

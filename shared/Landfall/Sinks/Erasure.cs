using Landfall.Contracts;

namespace Landfall.Sinks;

/// <summary>Which rows go with those of one key: those of the table, and those of every table that refers to them, however far.</summary>
public sealed class Erasure
{
    private Erasure(Contract contract, Table table, IReadOnlyList<string> key, IReadOnlyList<Step> steps) => (Contract, Table, Key, Steps) = (contract, table, key, steps);

    /// <summary>The contract of the table.</summary>
    public Contract Contract { get; }

    /// <summary>Where the key is one.</summary>
    public Table Table { get; }

    /// <summary>A text for each column of the table's key, in its order.</summary>
    public IReadOnlyList<string> Key { get; }

    /// <summary>Those that refer before those that they refer to.</summary>
    internal IReadOnlyList<Step> Steps { get; }

    /// <summary>Rows of one table.</summary>
    /// <param name="Contract">Whose table.</param>
    /// <param name="Table">The table.</param>
    /// <param name="By">The column that refers to the rows of <paramref name="Parent"/>; null for the key's own rows.</param>
    /// <param name="Parent">Index of the step whose rows it refers to.</param>
    /// <param name="ParentColumn">The column it refers to.</param>
    internal sealed record Step(Contract Contract, Table Table, Column? By, Step? Parent, Identifier ParentColumn);

    /// <param name="contracts">All of them: any may refer to the table.</param>
    /// <param name="contract">Whose table.</param>
    /// <param name="table">A table with a primary key.</param>
    /// <param name="key">A text for each column of it.</param>
    /// <exception cref="RejectException">The key has another number of columns.</exception>
    public static Erasure Of(ContractSet contracts, Contract contract, Table table, IReadOnlyList<string> key)
    {
        if (table.Key.Count == 0) throw new RejectException($"{table} has no primary key", "an erasure needs one to know whose rows to delete");
        if (table.Key.Count != key.Count) throw new RejectException($"the key of {table} is {string.Join(", ", table.Key)}, and {key.Count} values are said", "say --key once for each column, in that order");
        var steps = new List<Step>();
        Add(new(contract, table, null, null, default!));
        steps.Reverse();
        return new(contract, table, key, steps);

        // There are no circles among tables: the contracts' reader sees to that.
        void Add(Step step)
        {
            steps.Add(step);
            foreach (var other in contracts.All.Where(other => other.Sink == contract.Sink))
            {
                foreach (var child in other.Tables)
                {
                    foreach (var relationship in child.Relationships.Where(relationship => relationship.ParentSchema == step.Table.Schema && relationship.ParentTable == step.Table.Name))
                        Add(new(other, child, relationship.Column, step, relationship.ParentColumn));
                }
            }
        }
    }

    /// <summary>The condition of a step in SQL.</summary>
    /// <param name="step">One of <see cref="Steps"/>.</param>
    /// <param name="quoted">A table's name in the dialect.</param>
    /// <param name="name">A column's.</param>
    /// <param name="value">The key's value of a column, by its place from 0.</param>
    internal string Where(Step step, Func<Table, string> quoted, Func<Identifier, string> name, Func<Column, int, string> value) => step.Parent is { } parent
        ? $"{name(step.By!.Name)} IN (SELECT {name(step.ParentColumn)} FROM {quoted(parent.Table)} WHERE {Where(parent, quoted, name, value)})"
        : string.Join(" AND ", Table.Key.Select((column, place) => $"{name(column.Name)} = {value(column, place)}"));
}

using Landfall.Contracts;

namespace Landfall.Sinks.Postgres;

/// <summary>What lies between a table that stands and its contract: statements that are safe to run, and faults that a person must mend.</summary>
internal sealed class TableChanges
{
    private readonly Table _table;
    private readonly StandingTable _standing;
    private readonly List<string> _safe = [];
    private readonly List<(string Fault, string Statement)> _faults = [];

    private TableChanges(Table table, StandingTable standing) => (_table, _standing) = (table, standing);

    /// <summary>Short statements that only ever go forward: a nullable column more, a decimal of more digits, a NOT NULL less, a foreign key that can wait.</summary>
    public IReadOnlyList<string> Safe => _safe;

    /// <summary>What does not fit, and the statement a person would run.</summary>
    public IReadOnlyList<(string Fault, string Statement)> Faults => _faults;

    public static TableChanges Between(StandingTable standing, Table table)
    {
        var changes = new TableChanges(table, standing);
        changes.CompareColumns();
        changes.CompareOwn();
        changes.CompareKeys();
        changes.CompareForeignKeys();
        return changes;
    }

    private void CompareColumns()
    {
        var key = _standing.Indexes.FirstOrDefault(i => i.IsPrimary)?.Columns ?? [];
        foreach (var column in _table.Columns)
        {
            var alter = $"ALTER TABLE {_table.Quoted} ALTER COLUMN {column.Name.Quoted}";
            if (_standing.Columns.FirstOrDefault(c => c.Name == column.Name.Name) is not { } found)
            {
                if (column.Required) _faults.Add(($"it lacks the required column {column.Name}", $"{PostgresDdl.AddColumn(_table, column)} DEFAULT …"));
                else _safe.Add(PostgresDdl.AddColumn(_table, column));
                continue;
            }
            if (PostgresDdl.Widens(found.Type, column)) _safe.Add($"{alter} TYPE {PostgresDdl.Type(column)}");
            else if (found.Type != PostgresDdl.Type(column))
                _faults.Add(($"its column {column.Name} is {found.Type}, not {PostgresDdl.Type(column)}", $"{alter} TYPE {PostgresDdl.Type(column)} USING …"));
            if (!found.Required && column.Required) _faults.Add(($"its column {column.Name} may be NULL", $"{alter} SET NOT NULL"));
            // A column of the key can not be NULL, and that the key is another is told below.
            else if (found.Required && !column.Required && !key.Contains(column.Name.Name)) _safe.Add($"{alter} DROP NOT NULL");
        }
    }

    private void CompareOwn()
    {
        string[] own = _table.Write == WriteMode.Upsert ? [PostgresDdl.LandingId, PostgresDdl.Order] : [PostgresDdl.LandingId];
        foreach (var name in own)
        {
            var found = _standing.Columns.FirstOrDefault(c => c.Name == name);
            if (found is null) _faults.Add(($"it lacks {name}", $"ALTER TABLE {_table.Quoted} ADD COLUMN {name} bigint NOT NULL DEFAULT 0"));
            // A NULL is older and newer than nothing: such a row would never change again.
            else if (!found.Required) _faults.Add(($"its {name} may be NULL", $"UPDATE {_table.Quoted} SET {name} = 0 WHERE {name} IS NULL; ALTER TABLE {_table.Quoted} ALTER COLUMN {name} SET NOT NULL"));
        }
        foreach (var other in _standing.Columns.Where(c => c.Demanded && !own.Contains(c.Name) && !_table.Columns.Any(known => known.Name.Name == c.Name)))
            _faults.Add(($"its column {other.Name} demands a value, and the contract has none for it", $"ALTER TABLE {_table.Quoted} ALTER COLUMN {Quote(other.Name)} DROP NOT NULL"));
    }

    private void CompareKeys()
    {
        var primary = _standing.Indexes.FirstOrDefault(i => i.IsPrimary);
        if (!(primary?.Columns ?? []).SequenceEqual(_table.Key.Select(c => c.Name.Name)))
        {
            var drop = primary is null ? [] : new[] { primary.Drop };
            var add = _table.Key.Count == 0 ? [] : new[] { $"ALTER TABLE {_table.Quoted} ADD PRIMARY KEY ({PostgresDdl.Names(_table.Key)})" };
            _faults.Add(($"its primary key is ({string.Join(", ", primary?.Columns ?? [])}), not ({string.Join(", ", _table.Key)})", string.Join("; ", drop.Concat(add))));
        }
        var unique = _table.Columns.Where(c => c.Unique).Select(c => c.Name.Name).ToList();
        foreach (var column in unique.Where(name => !_standing.Indexes.Any(i => i.Columns is [var only] && only == name)))
            _faults.Add(($"its column {column} is not unique", $"ALTER TABLE {_table.Quoted} ADD UNIQUE ({Quote(column)})"));
        // A row that such an index refuses would fail every file it is in, without a word in the contract about why.
        foreach (var other in _standing.Indexes.Where(i => !i.IsPrimary && !(i.Columns is [var only] && unique.Contains(only))))
            _faults.Add(($"{other.Name} keeps values apart that the contract does not", $"{other.Drop}, or say unique: true in the contract"));
    }

    private void CompareForeignKeys()
    {
        foreach (var relationship in _table.Relationships)
        {
            var parent = $"{relationship.ParentSchema}.{relationship.ParentTable}.{relationship.ParentColumn}";
            if (!_standing.ForeignKeys.Any(f => f.Own && f.Columns is [var only] && only == relationship.Column.Name.Name && f.Parent == parent))
                _faults.Add(($"its column {relationship.Column} does not refer to {parent}", $"ALTER TABLE {_table.Quoted} ADD {PostgresDdl.ForeignKey(relationship)}"));
        }
        foreach (var own in _standing.ForeignKeys.Where(f => f.Own))
        {
            var known = _table.Relationships.Any(r => own.Columns is [var only] && only == r.Column.Name.Name && own.Parent == $"{r.ParentSchema}.{r.ParentTable}.{r.ParentColumn}");
            if (!known) _faults.Add(($"{own.Name} asks for a parent that the contract does not", Drop(own)));
        }
        // Rows that go and come again within a landing: nothing may happen to what refers to them before its end. An upsert takes no row away.
        foreach (var key in _standing.ForeignKeys.Where(f => f.Own || _table.Write != WriteMode.Upsert))
        {
            if (!key.Plain) _faults.Add(($"{key.Name} of {key.Table} does something of its own when a row goes or changes", $"{Drop(key)}; and add it again without ON DELETE and ON UPDATE"));
            else if (!key.Deferrable) _safe.Add($"ALTER TABLE {key.Table} ALTER CONSTRAINT {key.Name} DEFERRABLE INITIALLY IMMEDIATE");
        }
    }

    private static string Drop(StandingTable.ForeignKey key) => $"ALTER TABLE {key.Table} DROP CONSTRAINT {key.Name}";

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

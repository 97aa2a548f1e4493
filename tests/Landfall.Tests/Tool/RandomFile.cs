using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Landfall.Contracts;
using Landfall.Tests.Suites;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Tool;

/// <summary>A contract and a file for it: values from so few that rows collide, and in so many ways of writing that equal ones look different.</summary>
internal sealed record RandomFile(Contract Contract, string Csv)
{
    private static readonly ColumnType[] Types = Enum.GetValues<ColumnType>();

    /// <param name="schema">Of the contract's tables.</param>
    /// <param name="modes">The write modes that are drawn from.</param>
    public static Gen<RandomFile> Of(string schema, params WriteMode[] modes) =>
        from mode in Gen.Elements(modes)
        from types in Gen.Elements(Types).ArrayOf(4)
        from required in Gen.Choose(0, 5).Select(n => n == 0).ArrayOf(4)
        from unique in Gen.Choose(0, 6).Select(n => n == 0).ArrayOf(4)
        from keys in mode == WriteMode.Upsert ? Gen.Elements(1, 1, 2) : Gen.Elements(0, 1, 1, 2)
        from second in Gen.Choose(0, 2)
        from percent in Gen.Elements(100.0, 100.0, 60.0)
        from metric in Gen.Elements(Enum.GetValues<QualityMetric>())
        from of in Gen.Choose(0, 3)
        from rule in Gen.Choose(0, 7)
        let contract = Build(schema, mode, types, required, unique, keys, second, Rule(metric, of, rule)) with { MaxRejectedPercent = percent }
        from csv in Files(contract)
        select new RandomFile(contract, csv);

    /// <summary>A file for the columns c0 to c3.</summary>
    public static Gen<string> Files(Contract contract)
    {
        var types = Enumerable.Range(0, 4).Select(i => contract.Tables.SelectMany(t => t.Columns).First(c => c.Source == $"c{i}").Type).ToArray();
        var cells = types.Select(Cells).ToArray();
        var row = from a in cells[0] from b in cells[1] from c in cells[2] from d in cells[3]
                  from shape in Gen.Choose(0, 30)
                  select shape == 0 ? $"{Quoted(a)},{Quoted(b)}" : shape == 1 ? $"{Quoted(a)},\"{b}x" : string.Join(',', Quoted(a), Quoted(b), Quoted(c), Quoted(d));
        return from rows in row.ArrayOf().Resize(24)
               from head in Gen.Frequency((30, Gen.Constant("c0,c1,c2,c3\n")), (1, Gen.Constant("c0,c1,c2\n")), (1, Gen.Constant("c3,c2,c1,c0,extra\n")))
               select rows.Aggregate(new StringBuilder(head), (csv, line) => csv.Append(line).Append('\n')).ToString();
    }

    public override string ToString()
    {
        var tables = Contract.Tables.Select(t => $"{t} {t.Write} key({string.Join(' ', t.Key)}): {string.Join(", ", t.Columns.Select(c => $"{c} {c.Type}{(c.Required ? " required" : "")}{(c.Unique ? " unique" : "")} of {c.Source}"))} refers({string.Join(' ', t.Relationships.Select(r => $"{r.Column}→{r.ParentColumn}"))})");
        return $"{string.Join("\n", tables)}\nat most {Contract.MaxRejectedPercent} %\n{Csv}";
    }

    private static Contract Build(string schema, WriteMode mode, ColumnType[] types, bool[] required, bool[] unique, int keys, int second, Func<Column[], QualityRule?> rule)
    {
        // So that there is something to refer to, and something that is not there.
        if (second == 2) types = [.. types[..3], types[0]];
        var columns = types.Select((type, i) => Typed(Column($"c{i}", type, required[i] || i < keys, unique[i] && i >= keys && mode != WriteMode.ReplacePartition))).ToList();
        if (mode == WriteMode.ReplacePartition) columns.Add(Day);
        var first = Table(schema, "first", mode, keys, [.. columns]);
        if (rule([.. columns]) is { } quality) first = first with { Quality = [quality] };
        if (second == 0 || keys != 1) return TestContracts.Contract(schema, first);
        // A table of the same rows that refers to the first one; by another column of the file only where the file is all there is.
        var source = second == 2 && mode == WriteMode.Replace ? "c3" : "c0";
        var child = Table(schema, "second", mode, 1, [.. new[] { Typed(Column("id", types[2], required: true, source: "c2")), Typed(Column("parent", types[0], source: source)) }, .. mode == WriteMode.ReplacePartition ? new[] { Day with { } } : []]);
        child = child with { Relationships = [new(child.Columns[1], first.Schema, first.Name, first.Columns[0].Name, Identifier.Parse(schema))] };
        return TestContracts.Contract(schema, first, child);
    }

    /// <summary>Now and then a metric, which refuses the file or is a finding.</summary>
    private static Func<Column[], QualityRule?> Rule(QualityMetric metric, int of, int rule) => columns => rule > 3 || (metric is QualityMetric.MissingValues or QualityMetric.InvalidValues && columns[of].Type != ColumnType.Text) ? null : new()
    {
        Name = "measured",
        IsError = rule % 2 == 0,
        Metric = metric,
        Columns = metric switch { QualityMetric.RowCount => [], QualityMetric.DuplicateValues when rule > 1 => [columns[of], columns[(of + 1) % 4]], _ => [columns[of]] },
        Values = metric is QualityMetric.MissingValues or QualityMetric.InvalidValues ? ["a", "ä", "B"] : [],
        IsPercent = rule > 1,
        Operator = "mustBeLessThan",
        Low = metric == QualityMetric.RowCount ? 9 : 2,
        High = metric == QualityMetric.RowCount ? 9 : 2,
    };

    private static Column Typed(Column column) => column.Type switch
    {
        ColumnType.Text => column with { MaxLength = 4 },
        ColumnType.Numeric => column with { Precision = 6, Scale = 2 },
        _ => column,
    };

    private static Gen<string> Cells(ColumnType type)
    {
        string[] good = type switch
        {
            ColumnType.Text => ["a", "A", "a ", "ä", "b", "\"", ","],
            ColumnType.Int64 => ["1", "01", "+1", "2", "-0", "0", "9223372036854775807"],
            ColumnType.Numeric => ["1", "1.0", "+1.00", "0", "-0", "2.5", "02.50", "9999.99"],
            ColumnType.Double => ["1", "1.0", "1e0", "0", "-0", "1e15", "123456789012345", "1e-5", "0.0001", "1.5e300", "0.1"],
            ColumnType.Boolean => ["true", "1", "t", "YES", "false", "0"],
            ColumnType.Date => ["2024-01-05", " 2024-01-05", "1999-12-31"],
            ColumnType.Timestamp => ["2024-01-05T06:00:00Z", "2024-01-05T07:00:00+01:00", "2024-01-05 06:00:00", "2024-01-05T06:00:00.25Z"],
            ColumnType.Time => ["06:00", "06:00:00", "06:00:00.5"],
            _ => ["{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", "{\"a\":1.0,\"b\":2}", "[1]", "[1e0]", "[10e-1, 1.50E2]", "{}", "{\"bb\":{\"ä\":null},\"a\":\"\\u0001\\n\\/\"}", "\"x\"", "{\"a\":9,\"a\":1,\"b\":2}"],
        };
        string[] bad = type switch
        {
            ColumnType.Text => ["abcde", "\u001b[31mred"],
            ColumnType.Numeric => ["1.001", "10000"],
            _ => ["x", "{"],
        };
        return Gen.Frequency((14, Gen.Elements(good)), (1, Gen.Elements(bad)), (1, Gen.Constant("")));
    }

    private static string Quoted(string cell) => cell.AsSpan().ContainsAny(",\"\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}

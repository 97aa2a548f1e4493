using System.Text.RegularExpressions;
using Landfall.Contracts;

namespace Landfall.Tests.Suites;

/// <summary>Small contracts for the suites, in code. Each schema is the test's own.</summary>
internal static class TestContracts
{
    public static Column Column(string name, ColumnType type = ColumnType.Text, bool required = false, bool unique = false, string? source = null, string? pattern = null) => new()
    {
        Name = Identifier.Parse(name),
        Type = type,
        Source = source ?? name,
        Required = required,
        Unique = unique,
        PatternText = pattern,
        Pattern = pattern is null ? null : new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking),
    };

    public static Table Table(string schema, string name, WriteMode write, int keys, params Column[] columns) => new()
    {
        Schema = Identifier.Parse(schema),
        Name = Identifier.Parse(name),
        Write = write,
        Columns = columns,
        Key = columns[..keys],
        Partition = write == WriteMode.ReplacePartition ? columns.First(c => c.Source == Landfall.Contracts.Column.DateSource) : null,
    };

    /// <summary>The partition: the date in the object's name.</summary>
    public static Column Day { get; } = Column("day", ColumnType.Date, required: true, source: Landfall.Contracts.Column.DateSource);

    public static Contract Contract(string id, params Table[] tables) => new()
    {
        Id = Identifier.Parse(id),
        Version = "1.0.0",
        File = $"{id}.odcs.yaml",
        Team = "team",
        Object = ObjectPattern.Parse($"drop-zone/team/{id}_{{date:yyyyMMdd}}.csv"),
        Sink = SinkKind.Postgres,
        Schema = tables[0].Schema,
        Tables = tables,
    };
}

using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Landfall.Contracts;
using Landfall.Contracts.Rendering;
using Landfall.Tests.Suites;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts.Rendering;

public sealed class ErDiagramTests
{
    [Fact]
    public void Lines_say_how_many_and_whether_they_must()
    {
        var parent = TestContracts.Table("s", "parents", WriteMode.Upsert, 1, TestContracts.Column("id", ColumnType.Int64, required: true));
        var child = TestContracts.Table("s", "children", WriteMode.Upsert, 1, TestContracts.Column("id", ColumnType.Int64, required: true),
            TestContracts.Column("first", ColumnType.Int64, required: true), TestContracts.Column("second", ColumnType.Int64, unique: true), TestContracts.Column("pk", ColumnType.Double));
        child = child with { Relationships = [.. child.Columns.Take(3).Select(column => Refer(column, parent))] };

        var diagram = Diagrams(parent, child).ShouldHaveSingleItem();

        diagram.ToMermaid().ShouldBe("""
            erDiagram
              "parents" {
                bigint id PK
              }
              "children" {
                bigint id PK, FK
                bigint first FK
                bigint second FK, UK
                double_precision *pk
              }
              "parents" ||--o| "children" : "id"
              "parents" ||--o{ "children" : "first"
              "parents" |o--o| "children" : "second"

            """);
    }

    [Fact]
    public void A_table_of_another_schema_is_there_with_the_column_that_is_meant()
    {
        var parent = TestContracts.Table("other", "parents", WriteMode.Upsert, 1, TestContracts.Column("id", required: true), TestContracts.Column("name"));
        var child = TestContracts.Table("s", "children", WriteMode.Append, 0, TestContracts.Column("parent"));
        child = child with { Relationships = [Refer(child.Columns[0], parent)] };

        var diagrams = Diagrams(parent, child);

        diagrams.Select(diagram => $"{diagram.Schema}: {string.Join("; ", diagram.Tables.Select(table => $"{table.Name} ({string.Join(", ", table.Columns.Select(column => column.Name))})"))}")
            .ShouldBe(["other: parents (id, name)", "s: children (parent); other.parents (id)"]);
        diagrams[1].ToSvg().ShouldContain("class=\"box foreign\"");
    }

    [Fact]
    public void A_wide_table_shows_its_marks_and_what_there_is_room_for()
    {
        var wide = TestContracts.Table("s", "wide", WriteMode.Upsert, 0, [.. Enumerable.Range(1, 500).Select(n => TestContracts.Column($"c{n}", required: true, unique: n == 500))]);

        var texts = XDocument.Parse(Diagrams(wide)[0].ToSvg()).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToList();

        texts.ShouldContain("c500");
        texts.ShouldContain("and 460 more columns");
    }

    /// <summary>Random schemas: no box lies on another, none of the lines runs through one, all is on the sheet.</summary>
    [Fact]
    public void Nothing_lies_on_anything_else()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var lines = 0;
        for (var run = 0; run < 200; run++)
        {
            var tables = new List<Table>();
            for (var i = 0; i < random.Next(1, 14); i++)
            {
                var columns = Enumerable.Range(0, random.Next(1, 9)).Select(n => TestContracts.Column(new string('c', random.Next(1, 30)) + n, required: random.Next(2) == 0)).ToArray();
                var table = TestContracts.Table("s", $"t{i}{new string('t', random.Next(30))}", WriteMode.Upsert, 1, columns);
                tables.Add(table with { Relationships = i == 0 ? [] : [.. columns.Where(_ => random.Next(4) == 0).Select(column => Refer(column, tables[random.Next(i)]))] });
            }

            var layout = new ErLayout(Diagrams([.. tables])[0]);
            foreach (var (index, a) in layout.Boxes.Index())
            {
                (a.X >= 0 && a.Y >= 0 && a.X + a.Width <= layout.Width && a.Y + a.Height <= layout.Height).ShouldBeTrue($"seed {seed}, run {run}: {a.Table.Name} is off the sheet");
                foreach (var b in layout.Boxes.Skip(index + 1))
                    (a.X + a.Width <= b.X || b.X + b.Width <= a.X || a.Y + a.Height <= b.Y || b.Y + b.Height <= a.Y).ShouldBeTrue($"seed {seed}, run {run}: {a.Table.Name} lies on {b.Table.Name}");
                foreach (var path in layout.Paths)
                {
                    foreach (var (from, to) in path.Points.Zip(path.Points.Skip(1)))
                    {
                        (Math.Abs(from.X - to.X) < 1 || Math.Abs(from.Y - to.Y) < 1).ShouldBeTrue($"seed {seed}, run {run}: a line is askew");
                        var apart = Math.Max(from.X, to.X) <= a.X || Math.Min(from.X, to.X) >= a.X + a.Width || Math.Max(from.Y, to.Y) <= a.Y || Math.Min(from.Y, to.Y) >= a.Y + a.Height;
                        apart.ShouldBeTrue($"seed {seed}, run {run}: a line runs through {a.Table.Name}");
                    }
                }
            }
            lines += layout.Paths.Count;
            foreach (var path in layout.Paths) path.Points[0].X.ShouldBeLessThan(path.Points[^1].X);
        }
        lines.ShouldBeGreaterThan(200, $"seed {seed}");
    }

    [Fact]
    public void A_description_neither_ends_its_comment_nor_sets_options() =>
        Diagrams(TestContracts.Table("s", "t", WriteMode.Append, 0, TestContracts.Column("c") with { Description = "a \"b\"\n%%{init: {}}%% }" }))[0].ToMermaid()
            .ShouldBe("erDiagram\n  \"t\" {\n    text c \"a 'b' %% {init: {}}%% }\"\n  }\n");

    [Fact]
    public void A_drawing_refers_to_nothing_outside()
    {
        var svg = Diagrams(TestContracts.Table("s", "t", WriteMode.Append, 0, TestContracts.Column("c") with { Description = "<b>&\"" }) with { Description = "<script>\u0001\ufffe" })[0].ToSvg();

        var drawing = XDocument.Parse(svg);
        drawing.Descendants().Select(element => element.Name.LocalName).ShouldNotContain("script");
        drawing.Descendants().Attributes().Select(attribute => attribute.Name.LocalName).ShouldNotContain("href");
        Regex.Count(svg, "url\\(|@import|https?:").ShouldBe(1, "the namespace");
        drawing.Root!.Attribute("width")!.Value.ShouldSatisfyAllConditions(width => double.Parse(width, CultureInfo.InvariantCulture).ShouldBeGreaterThan(100));
    }

    private static IReadOnlyList<ErDiagram> Diagrams(params Table[] tables) => ErDiagram.Of([.. tables.Select(table => TestContracts.Contract(table.Name.Name, table))]);

    private static Relationship Refer(Column column, Table parent) => new(column, parent.Schema, parent.Name, parent.Columns[0].Name, parent.Name);
}

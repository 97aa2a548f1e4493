using Landfall.Contracts;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Rows;

public sealed class XlsxCrossTests
{
    private static readonly Section Cross = new() { Sheet = "Matriz de adyacencia", Unpivot = new(new(3, 1), new(1, 3), new(3, 3)) };

    private static readonly Column[] Columns =
    [
        Column("related", ColumnType.Boolean, source: "cell"), Column("from_actor", ColumnType.Int64, source: "row"), Column("to_actor", ColumnType.Int64, source: "column"),
    ];

    [Fact]
    public async Task A_matrix_is_a_row_for_each_filled_cell()
    {
        var random = new Random(7);
        var expected = new List<XlsxReading.Row>();
        var rows = new string[52];
        // The labels in letters repeat, and differ between the axes; an actor is its number.
        rows[0] = string.Concat(Enumerable.Range(1, 50).Select(c => $"<c r=\"{Letters(c + 2)}1\" s=\"0\"><v>{c}</v></c>"));
        rows[1] = string.Concat(Enumerable.Range(1, 50).Select(c => $"<c r=\"{Letters(c + 2)}2\" t=\"s\"><v>{c % 27}</v></c>"));
        for (var r = 1; r <= 50; r++)
        {
            rows[r + 1] = $"<c r=\"A{r + 2}\"><v>{r}</v></c><c r=\"B{r + 2}\" t=\"s\"><v>{(r + (r > 40 ? 1 : 0)) % 27}</v></c>";
            for (var c = 1; c <= 50; c++)
            {
                var fill = r % 3 == 0 ? 2 : random.Next(3);
                rows[r + 1] += $"<c r=\"{Letters(c + 2)}{r + 2}\" s=\"0\"{(fill == 2 ? "/>" : $"><v>{fill}</v></c>")}";
                if (fill < 2) expected.Add(new(r + 2, ((r + 2) * 16384) + c + 2, $"'Matriz de adyacencia'!{Letters(c + 2)}{r + 2}", $"{fill}|{r}|{c}", $"{fill},{r},{c}", null));
            }
        }
        var workbook = new XlsxBuilder { SharedStrings = [.. Enumerable.Range(0, 27).Select(i => $"<t>{"ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"[i]}</t>")] }
            .Sheet("Lista de actores", "").Sheet("Matriz de adyacencia", string.Concat(rows.Select((r, i) => $"<row r=\"{i + 1}\">{r}</row>")));
        expected.Count.ShouldBeGreaterThan(1000);
        var (header, read) = await XlsxReading.ReadAsync(workbook.ToBytes(), Cross, Columns);
        header.ShouldBeNull();
        read.ShouldBe(expected);
    }

    [Theory]
    [InlineData("""<row r="1"><c r="C1"><v>1</v></c><c r="D1"/><c r="E1"><v>3</v></c></row><row r="3"><c r="A3"><v>1</v></c><c r="C3"><v>1</v></c><c r="D3"><v>1</v></c></row>""", "C3 1|1|1;D3 1|1| 'Matriz de adyacencia'!D1 is blank")]
    [InlineData("""<row r="1"><c r="C1"><v>1</v></c></row><row r="3"><c r="A3"><v>1</v></c><c r="C3"><v>0</v></c><c r="F3"><v>1</v></c></row>""", "C3 0|1|1;F3 1|1| 'Matriz de adyacencia'!F1 is blank")]
    [InlineData("""<row r="1"><c r="C1"><v>1</v></c></row><row r="4"><c r="C4"><v>1</v></c></row><row r="9"><c r="A9"><v>1</v></c></row>""", "C4 1||1 'Matriz de adyacencia'!A4 is blank")]
    public async Task A_filled_cell_without_a_label_is_a_reject_that_names_the_label(string rows, string expected)
    {
        var (_, read) = await XlsxReading.ReadAsync(XlsxBuilder.Of(rows, Cross.Sheet!), Cross, Columns);
        string.Join(';', read.Select(r => $"{r.Place!.Split('!')[1]} {r.Cells}{(r.Malformed is { } m ? $" {m.Reason[(m.Reason.IndexOf("label in", StringComparison.Ordinal) + 9)..]}" : "")}")).ShouldBe(expected);
        read.ShouldAllBe(r => r.Malformed == null || r.Malformed.Value.Rule == "unpivot");
    }

    [Fact]
    public async Task Merged_labels_count_for_all_they_cover_and_errors_are_rejects()
    {
        const string Rows = """
            <row r="1"><c r="C1"><v>10</v></c><c r="D1" s="0"/><c r="E1" t="e"><v>#REF!</v></c></row>
            <row r="3"><c r="A3"><v>7</v></c><c r="C3"><v>1</v></c><c r="D3"><v>0</v></c></row>
            <row r="4"><c r="C4" t="e"><v>#N/A</v></c><c r="E4"><v>1</v></c></row>
            """;
        var bytes = new XlsxBuilder().Sheet(Cross.Sheet!, Rows, """<mergeCells><mergeCell ref="C1:D1"/><mergeCell ref="A3:A4"/></mergeCells>""").ToBytes();
        var (_, rows) = await XlsxReading.ReadAsync(bytes, Cross, Columns);
        rows.Select(r => r.Cells).ShouldBe(["1|7|10", "0|7|10", "#N/A|7|10", "1|7|#REF!"]);
        rows.Select(r => r.Malformed?.Reason).ShouldBe([
            null, null,
            "the cell 'Matriz de adyacencia'!C4 holds an error (#N/A) instead of a value; mend its formula",
            "the cell 'Matriz de adyacencia'!E1 holds an error (#REF!) instead of a value; mend its formula"]);
        rows.Select(r => r.Malformed?.Column).ShouldBe([null, null, "related", "to_actor"]);
    }

    private static string Letters(int column) => CellAddress.Letters(column);
}

using System.Text;

namespace Landfall.Contracts.Rendering;

/// <summary>A laid out diagram as SVG 1.1, on whatever shows it: a browser, a page of Markdown, paper.</summary>
internal static class ErSvg
{
    private const double Margin = 24, TitleHeight = 34, Radius = 7;

    // Dark is for screens only: paper is white. Colours stand in classes, not in variables, for renderers that know no CSS variables.
    private const string Style = """
        text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; }
        .sheet { fill: #ffffff; }
        .title { font: 600 16px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
        .box { fill: #ffffff; stroke: #8c959f; }
        .head { fill: #ddf4ff; stroke: #8c959f; }
        .foreign { stroke-dasharray: 4 3; }
        .name { font: 600 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
        .dim { fill: #59636e; }
        .mark { font-size: 10px; font-weight: 700; fill: #0550ae; }
        .key { font-weight: 700; }
        .rule { stroke: #d1d9e0; }
        .line { fill: none; stroke: #59636e; stroke-width: 1.4; stroke-linejoin: round; stroke-linecap: round; }
        .ring { fill: #ffffff; stroke: #59636e; stroke-width: 1.4; }
        @media screen and (prefers-color-scheme: dark) {
          text { fill: #e6edf3; } .sheet { fill: #0d1117; } .box { fill: #151b23; stroke: #656c76; } .head { fill: #12324f; stroke: #656c76; }
          .dim { fill: #9198a1; } .mark { fill: #79c0ff; } .rule { stroke: #2f3742; } .line { stroke: #9198a1; } .ring { fill: #0d1117; stroke: #9198a1; }
        }
        """;

    public static string Render(ErDiagram diagram)
    {
        var layout = new ErLayout(diagram);
        var (width, height) = (Svg.Number(layout.Width + (2 * Margin)), Svg.Number(layout.Height + TitleHeight + (2 * Margin)));
        var title = $"{diagram.Schema} ({Words.Name(diagram.Sink)})";
        var svg = new StringBuilder();
        svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title\">\n");
        svg.Append($"<title id=\"title\">The tables of {Svg.Text(title)}</title>\n<style>\n{Style}\n</style>\n<rect class=\"sheet\" width=\"100%\" height=\"100%\"/>\n");
        svg.Append($"<text class=\"title\" x=\"{Svg.Number(Margin)}\" y=\"{Svg.Number(Margin + 12)}\">{Svg.Text(diagram.Schema.Name)}</text>\n");
        svg.Append($"<g transform=\"translate({Svg.Number(Margin)} {Svg.Number(Margin + TitleHeight)})\">\n");
        foreach (var path in layout.Paths) svg.Append($"<path class=\"line\" d=\"{Rounded(path.Points)}\"><title>{Svg.Text($"{path.Line.Child.Name}.{path.Line.ChildColumn} → {path.Line.Parent.Name}.{path.Line.ParentColumn}")}</title></path>\n");
        foreach (var box in layout.Boxes) Box(svg, box);
        foreach (var path in layout.Paths) Ends(svg, path);
        return svg.Append("</g>\n</svg>\n").ToString();
    }

    private static void Box(StringBuilder svg, ErBox box)
    {
        var (width, height, head) = (Svg.Number(box.Width), Svg.Number(box.Height), Svg.Number(ErBox.HeaderHeight));
        var dashed = box.Table.IsForeign ? " foreign" : "";
        svg.Append($"<g transform=\"translate({Svg.Number(box.X)} {Svg.Number(box.Y)})\">\n");
        if (box.Table.Description is { } description) svg.Append($"<title>{Svg.Text(description)}</title>\n");
        svg.Append($"<rect class=\"box{dashed}\" width=\"{width}\" height=\"{height}\" rx=\"{Radius}\"/>\n");
        svg.Append($"<path class=\"head{dashed}\" d=\"M0 {head} V{Radius} Q0 0 {Radius} 0 H{Svg.Number(box.Width - Radius)} Q{width} 0 {width} {Radius} V{head} Z\"/>\n");
        svg.Append($"<text class=\"name\" x=\"{ErBox.Padding}\" y=\"20\">{Svg.Text(box.Table.Name)}</text>\n");
        foreach (var (index, column) in box.Columns.Index()) Row(svg, box, column, ErBox.HeaderHeight + 3 + (index * ErBox.RowHeight));
        if (box.Hidden > 0) svg.Append($"<text class=\"dim\" x=\"{ErBox.Padding}\" y=\"{Svg.Number(ErBox.HeaderHeight + 18 + (box.Columns.Count * ErBox.RowHeight))}\">and {Words.Count(box.Hidden, "more column")}</text>\n");
        svg.Append("</g>\n");
    }

    private static void Row(StringBuilder svg, ErBox box, ErColumn column, double top)
    {
        var baseline = Svg.Number(top + 15);
        var marks = string.Join(' ', column.Marks);
        if (top > ErBox.HeaderHeight + 3) svg.Append($"<path class=\"rule\" d=\"M{ErBox.Padding} {Svg.Number(top)} H{Svg.Number(box.Width - ErBox.Padding)}\"/>\n");
        if (marks.Length > 0) svg.Append($"<text class=\"mark\" x=\"{ErBox.Padding}\" y=\"{baseline}\">{marks}</text>\n");
        svg.Append($"<text{(column.IsKey ? " class=\"key\"" : "")} x=\"{Svg.Number(ErBox.Padding + box.MarksWidth)}\" y=\"{baseline}\">{Svg.Text(column.Name)}</text>\n");
        svg.Append($"<text class=\"dim\" x=\"{Svg.Number(box.Width - ErBox.Padding)}\" y=\"{baseline}\" text-anchor=\"end\">{Svg.Text(column.Type)}</text>\n");
    }

    /// <summary>The crow's foot at the child, and at the parent the bars of one, or the ring of none or one.</summary>
    private static void Ends(StringBuilder svg, ErPath path)
    {
        var ((px, py), (cx, cy)) = (path.Points[0], path.Points[^1]);
        svg.Append($"<path class=\"line\" d=\"{Bar(px + 7, py)}{(path.Line.Optional ? "" : Bar(px + 12, py))}{(path.Line.One ? Bar(cx - 8, cy) : Foot(cx, cy))}\"/>\n");
        if (path.Line.Optional) svg.Append(Ring(px + 15, py));
        svg.Append(Ring(cx - 16, cy));
    }

    private static string Bar(double x, double y) => $"M{Svg.Number(x)} {Svg.Number(y - 5)} V{Svg.Number(y + 5)} ";

    private static string Foot(double x, double y) => $"M{Svg.Number(x)} {Svg.Number(y - 6)} L{Svg.Number(x - 12)} {Svg.Number(y)} L{Svg.Number(x)} {Svg.Number(y + 6)} ";

    private static string Ring(double x, double y) => $"<circle class=\"ring\" cx=\"{Svg.Number(x)}\" cy=\"{Svg.Number(y)}\" r=\"4\"/>\n";

    private static string Rounded(List<(double X, double Y)> points)
    {
        var path = new StringBuilder($"M{Svg.Number(points[0].X)} {Svg.Number(points[0].Y)}");
        for (var i = 1; i + 1 < points.Count; i++)
        {
            var (before, corner, after) = (points[i - 1], points[i], points[i + 1]);
            var radius = Math.Min(Radius, Math.Min(Distance(before, corner), Distance(corner, after)) / 2);
            var (start, end) = (Towards(corner, before, radius), Towards(corner, after, radius));
            path.Append($" L{Svg.Number(start.X)} {Svg.Number(start.Y)} Q{Svg.Number(corner.X)} {Svg.Number(corner.Y)} {Svg.Number(end.X)} {Svg.Number(end.Y)}");
        }
        return path.Append($" L{Svg.Number(points[^1].X)} {Svg.Number(points[^1].Y)}").ToString();
    }

    private static double Distance((double X, double Y) a, (double X, double Y) b) => Math.Abs(a.X - b.X) + Math.Abs(a.Y - b.Y);

    private static (double X, double Y) Towards((double X, double Y) from, (double X, double Y) to, double by) =>
        (from.X + (Math.Sign(to.X - from.X) * by), from.Y + (Math.Sign(to.Y - from.Y) * by));
}

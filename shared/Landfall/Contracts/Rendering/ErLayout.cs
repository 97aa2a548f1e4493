namespace Landfall.Contracts.Rendering;

/// <summary>
/// Where everything goes (after Sugiyama, Tagawa and Toda, 1981): parents left, children right, a layer for each step between them; a line that passes
/// over a layer has a place of its own in it. Tables that have nothing to do with another stand below, in rows.
/// </summary>
internal sealed class ErLayout
{
    private const double LayerGap = 68, BoxGap = 26, LaneGap = 9, MinWrap = 880;
    private const int Sweeps = 6;

    private readonly List<List<ErNode>> _layers = [];

    public ErLayout(ErDiagram diagram)
    {
        Boxes = [.. diagram.Tables.Select(table => new ErBox(table,
            [.. diagram.Lines.Where(line => line.Parent == table).Select(line => line.ParentColumn), .. diagram.Lines.Where(line => line.Child == table).Select(line => line.ChildColumn)]))];
        var tied = Boxes.Where(box => diagram.Lines.Any(line => line.Parent == box.Table || line.Child == box.Table)).ToList();
        Paths = Layer(tied, diagram.Lines);
        for (var sweep = 0; sweep < Sweeps; sweep++) Sweep(left: sweep % 2 == 0);
        PlaceLayers();
        PlaceRest([.. Boxes.Except(tied)]);
        Width = Boxes.Max(box => box.X + box.Width);
        Height = Boxes.Max(box => box.Y + box.Height);
    }

    public IReadOnlyList<ErBox> Boxes { get; }

    public IReadOnlyList<ErPath> Paths { get; }

    public double Width { get; }

    public double Height { get; }

    private List<ErPath> Layer(List<ErBox> boxes, IReadOnlyList<ErLine> lines)
    {
        var depths = new Dictionary<ErTable, int>();
        foreach (var box in boxes) Depth(box.Table);
        // A table without parents stands right before the first of its children, not at the far left.
        foreach (var box in boxes.Where(box => lines.All(line => line.Child != box.Table))) depths[box.Table] = lines.Where(line => line.Parent == box.Table).Min(line => depths[line.Child]) - 1;
        _layers.AddRange(Enumerable.Range(0, boxes.Count == 0 ? 0 : depths.Values.Max() + 1).Select(_ => new List<ErNode>()));
        var nodes = boxes.ToDictionary(box => box.Table, box => new ErNode(box));
        foreach (var box in boxes) _layers[depths[box.Table]].Add(nodes[box.Table]);

        var paths = new List<ErPath>();
        foreach (var line in lines)
        {
            var between = Enumerable.Range(depths[line.Parent] + 1, depths[line.Child] - depths[line.Parent] - 1).Select(layer => (Layer: layer, Node: new ErNode(null))).ToList();
            foreach (var (layer, node) in between) _layers[layer].Add(node);
            var mixed = lines.Any(other => other.Parent == line.Parent && other.ParentColumn == line.ParentColumn && other.Optional != line.Optional);
            var path = new ErPath(line, [nodes[line.Parent], .. between.Select(b => b.Node), nodes[line.Child]], depths[line.Parent], mixed ? line.Optional ? ErBox.RowHeight / 4 : -ErBox.RowHeight / 4 : 0);
            for (var i = 0; i + 1 < path.Nodes.Count; i++)
            {
                var (from, to) = (path.At(i) - path.Nodes[i].Y, path.At(i + 1) - path.Nodes[i + 1].Y);
                path.Nodes[i].Right.Add((path.Nodes[i + 1], from, to));
                path.Nodes[i + 1].Left.Add((path.Nodes[i], to, from));
            }
            paths.Add(path);
        }
        foreach (var layer in _layers) Stack(layer);
        return paths;

        int Depth(ErTable table)
        {
            if (!depths.TryGetValue(table, out var depth))
                depths[table] = depth = lines.Where(line => line.Child == table).Select(line => Depth(line.Parent) + 1).DefaultIfEmpty(0).Max();
            return depth;
        }
    }

    private static void Stack(List<ErNode> layer)
    {
        var y = 0.0;
        foreach (var node in layer)
        {
            node.Y = y;
            y += node.Height + BoxGap;
        }
    }

    /// <summary>Lets every node of the layers, one layer after the other, go where it is nearest to those it is tied to on one side.</summary>
    private void Sweep(bool left)
    {
        for (var i = 1; i < _layers.Count; i++)
        {
            var layer = _layers[left ? i : _layers.Count - 1 - i];
            var ordered = layer.OrderBy(node => node.Turn(left)).ThenBy(node => node.Y).ToList();
            layer.Clear();
            layer.AddRange(ordered);
            Settle(layer, [.. layer.Select(node => node.Wish(left))]);
        }
    }

    /// <summary>Gives nodes, in their order and apart, the places that are nearest to their wishes: isotonic regression by pooling adjacent violators.</summary>
    private static void Settle(List<ErNode> layer, double[] wishes)
    {
        var pools = new Stack<(double Sum, int Count)>();
        var offsets = new double[layer.Count];
        for (var i = 0; i < layer.Count; i++)
        {
            offsets[i] = i == 0 ? 0 : offsets[i - 1] + layer[i - 1].Height + BoxGap;
            var pool = (Sum: wishes[i] - offsets[i], Count: 1);
            while (pools.TryPeek(out var above) && above.Sum / above.Count > pool.Sum / pool.Count)
            {
                pools.Pop();
                pool = (above.Sum + pool.Sum, above.Count + pool.Count);
            }
            pools.Push(pool);
        }
        var index = 0;
        foreach (var (sum, count) in pools.Reverse())
        {
            for (var end = index + count; index < end; index++) layer[index].Y = Math.Round((sum / count) + offsets[index]);
        }
    }

    private void PlaceLayers()
    {
        if (_layers.Count == 0) return;
        var top = _layers.SelectMany(layer => layer).Min(node => node.Y);
        var x = 0.0;
        for (var i = 0; i < _layers.Count; i++)
        {
            foreach (var node in _layers[i])
            {
                node.Y -= top;
                if (node.Box is { } box) (box.X, box.Y) = (x, node.Y);
            }
        }
        for (var i = 0; i < _layers.Count; i++)
        {
            foreach (var node in _layers[i].Where(node => node.Box is not null)) node.Box!.X = x;
            var width = _layers[i].Max(node => node.Box?.Width ?? 0);
            x = i + 1 == _layers.Count ? x + width : Route(i, x, x + width);
        }
    }

    /// <summary>Draws the lines from one layer to the next, and answers where the next one begins.</summary>
    private double Route(int layer, double left, double right)
    {
        var crossing = Paths.Where(path => path.Layer <= layer && layer < path.Layer + path.Nodes.Count - 1)
            .Select(path => (Path: path, From: path.At(layer - path.Layer), To: path.At(layer - path.Layer + 1))).ToList();
        // Lines that leave one row share a lane. Of those that go down the uppermost turns last, of those that go up the lowest: they do not cross.
        var lanes = crossing.Where(c => Math.Abs(c.From - c.To) >= 1).GroupBy(c => (c.Path.Nodes[layer - c.Path.Layer], c.From)).Select(lane => (lane.Key, Down: lane.Average(c => c.To) > lane.Key.From))
            .OrderBy(lane => lane.Down).ThenBy(lane => lane.Down ? -lane.Key.From : lane.Key.From).Select(lane => lane.Key).ToList();
        var next = right + LayerGap + (LaneGap * Math.Max(0, lanes.Count - 1));
        foreach (var (path, from, to) in crossing)
        {
            var node = path.Nodes[layer - path.Layer];
            path.Points.Add((node.Box is { } box ? left + box.Width : left, from));
            if (Math.Abs(from - to) >= 1)
            {
                var lane = right + (LayerGap / 2) + (LaneGap * lanes.IndexOf((node, from)));
                path.Points.Add((lane, from));
                path.Points.Add((lane, to));
            }
            if (path.Nodes[layer - path.Layer + 1].Box is not null) path.Points.Add((next, to));
        }
        return next;
    }

    private void PlaceRest(List<ErBox> rest)
    {
        var width = Math.Max(MinWrap, Boxes.Except(rest).Select(box => box.X + box.Width).DefaultIfEmpty(0).Max());
        double x = 0, y = Boxes.Except(rest).Select(box => box.Y + box.Height + (2 * BoxGap)).DefaultIfEmpty(0).Max(), lowest = y;
        foreach (var box in rest)
        {
            if (x > 0 && x + box.Width > width) (x, y) = (0, lowest + BoxGap);
            (box.X, box.Y) = (x, y);
            x += box.Width + (1.5 * BoxGap);
            lowest = Math.Max(lowest, y + box.Height);
        }
    }
}

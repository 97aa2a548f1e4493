namespace Landfall.Contracts.Rendering;

/// <summary>A line's way from its parent to its child: the nodes it touches, one a layer.</summary>
/// <param name="shift">How far below the middle of the parent's row it begins: where some children must have a parent and others may, their marks lie apart.</param>
internal sealed class ErPath(ErLine line, IReadOnlyList<ErNode> nodes, int layer, double shift)
{
    public ErLine Line { get; } = line;

    /// <summary>The parent's, those on the way, the child's.</summary>
    public IReadOnlyList<ErNode> Nodes { get; } = nodes;

    /// <summary>The layer of the first.</summary>
    public int Layer { get; } = layer;

    /// <summary>The corners, from the parent's edge to the child's; set once all boxes have their places.</summary>
    public List<(double X, double Y)> Points { get; } = [];

    /// <summary>Where it leaves or enters a node.</summary>
    public double At(int node) => Nodes[node].Y + (node == 0 ? Nodes[0].Offset(Line.ParentColumn) + shift : node == Nodes.Count - 1 ? Nodes[node].Offset(Line.ChildColumn) : 0);
}

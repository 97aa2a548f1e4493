namespace Landfall.Contracts.Rendering;

/// <summary>What takes up room in a layer: a box, or a line on its way past.</summary>
internal sealed class ErNode(ErBox? box)
{
    /// <summary>Null for a line.</summary>
    public ErBox? Box { get; } = box;

    public double Height => Box?.Height ?? 0;

    public double Y { get; set; }

    /// <summary>What it is tied to in the layers beside it: how far below its own top a line begins, and how far below the other's it ends.</summary>
    public List<(ErNode Other, double Own, double Others)> Left { get; } = [];

    /// <inheritdoc cref="Left"/>
    public List<(ErNode Other, double Own, double Others)> Right { get; } = [];

    public double Offset(string column) => Box?.Offset(column) ?? 0;

    /// <summary>What decides its turn in its layer: the middle of the places it is tied to on one side. Not its own middle, which is far down in a tall box.</summary>
    public double Turn(bool left) => (left ? Left : Right) is { Count: > 0 } ties ? ties.Average(tie => tie.Other.Y + tie.Others) : Y;

    /// <summary>Where it would lie if it were alone: level with what it is tied to on one side.</summary>
    public double Wish(bool left) => (left ? Left : Right) is { Count: > 0 } ties ? ties.Average(tie => tie.Other.Y + tie.Others - tie.Own) : Y;
}

namespace Landfall.Runs;

/// <summary>Some rows of a run.</summary>
public sealed record PageMessage : RunMessage
{
    /// <summary>From 1, without gaps.</summary>
    public required int Page { get; init; }

    /// <summary>The names of the cells, the same in all pages of a run: 1 to <see cref="Pages.MaxColumns"/>. Not checked for doubles.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>
    /// 1 to <see cref="Pages.MaxRows"/> rows, each as its own JSON. A row should be an array of as many cells as there are columns, but any value is passed on:
    /// whoever takes the rows judges each alone. Well-formed, in valid UTF-8, and at most 62 levels deep; halves of surrogate pairs may be escaped in its strings.
    /// </summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Rows { get; init; }
}

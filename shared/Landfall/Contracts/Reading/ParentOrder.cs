namespace Landfall.Contracts.Reading;

/// <summary>Puts parents before their children.</summary>
internal static class ParentOrder
{
    /// <summary>
    /// <c>Ordered</c>: parents first, else as they were. <c>Circle</c>: those for which there is no order, because they are in a circle (or
    /// between two).
    /// </summary>
    public static (IReadOnlyList<T> Ordered, IReadOnlyList<T> Circle) Sort<T>(IReadOnlyList<T> items, Func<T, IEnumerable<T>> parents)
        where T : class
    {
        var ordered = new List<T>();
        var rest = items.ToHashSet();
        while (items.FirstOrDefault(item => rest.Contains(item) && !parents(item).Any(rest.Contains)) is { } next)
        {
            ordered.Add(next);
            rest.Remove(next);
        }
        // What only hangs below a circle is not to blame for it.
        while (rest.SelectMany(parents).ToHashSet() is var needed && rest.RemoveWhere(item => !needed.Contains(item)) > 0)
        {
        }
        return (ordered, items.Where(rest.Contains).ToList());
    }
}

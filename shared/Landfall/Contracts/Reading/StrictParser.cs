using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Landfall.Contracts.Reading;

/// <summary>
/// YAML without its hazards: no anchors and aliases (a small file could grow without bound), no tags, no depth that could exhaust the stack, no
/// keys but plain words. A key that stands twice is noted, and the second one passed over, so that the rest of the file is still read.
/// </summary>
/// <param name="inner">Does the parsing.</param>
/// <param name="duplicate">Takes the line and the key that stands a second time.</param>
internal sealed class StrictParser(IParser inner, Action<long, string> duplicate) : IParser
{
    private const int MaxDepth = 32;

    private readonly Stack<Level> _levels = new();

    public ParsingEvent? Current => inner.Current;

    public bool MoveNext()
    {
        if (!inner.MoveNext()) return false;
        while (IsDuplicate()) SkipValue();
        Check(Current!);
        switch (Current)
        {
            case MappingStart:
                Open(new([]));
                break;
            case SequenceStart:
                Open(new(null));
                break;
            case MappingEnd or SequenceEnd:
                _levels.Pop();
                break;
            default:
                break;
        }
        return true;
    }

    /// <summary>Whether the current event is a key that its map has already; then the parser stands on its value.</summary>
    private bool IsDuplicate()
    {
        if (Current is not NodeEvent || !_levels.TryPeek(out var level) || level.Keys is null) return false;
        level.AtKey = !level.AtKey;
        if (!level.AtKey) return false;
        if (Current is not Scalar { Value: var key }) throw Refused(Current, "a key that is not a plain word");
        if (level.Keys.Add(key)) return false;
        duplicate(Current.Start.Line, key);
        level.AtKey = false;
        inner.MoveNext();
        return true;
    }

    private void SkipValue()
    {
        var depth = 0;
        do
        {
            depth += Current!.NestingIncrease;
            if (depth > MaxDepth) throw TooDeep();
        }
        while (inner.MoveNext() && depth > 0);
    }

    private void Open(Level level)
    {
        if (_levels.Count == MaxDepth) throw TooDeep();
        _levels.Push(level);
    }

    private static void Check(ParsingEvent current)
    {
        if (current is AnchorAlias || current is NodeEvent { Anchor.IsEmpty: false })
            throw Refused(current, "an anchor or alias; contracts are read without them: write the text out");
        if (current is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } tag })
            throw Refused(current, $"the tag {tag}; contracts are read without tags: remove it");
    }

    private YamlException TooDeep() => Refused(Current!, $"more than {MaxDepth} levels of nesting");

    private static YamlException Refused(ParsingEvent at, string what) => new(at.Start, at.End, $"found {what}");

    private sealed class Level(HashSet<string>? keys)
    {
        /// <summary>The keys so far of a map; null in a list.</summary>
        public HashSet<string>? Keys { get; } = keys;

        /// <summary>Whether the last node was a key, so that the next is its value.</summary>
        public bool AtKey { get; set; }
    }
}

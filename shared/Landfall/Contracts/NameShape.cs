namespace Landfall.Contracts;

/// <summary>
/// The language of an <see cref="ObjectPattern"/>: letters, single digits (of a date) and runs of anything but a slash. Small enough to decide
/// whether two of them can match one name, and to measure how far a name is from it.
/// </summary>
internal sealed class NameShape
{
    /// <summary>Cloud Storage's limit, in bytes of UTF-8, so that no name has more letters.</summary>
    public const int MaxLength = 1024;

    private readonly List<Step> _steps = [];

    /// <summary>A shape that only <paramref name="text"/> itself has.</summary>
    public static NameShape Of(string text)
    {
        var shape = new NameShape();
        foreach (var c in text) shape.Letter(c);
        return shape;
    }

    public void Letter(char letter) => _steps.Add(new(letter));

    public void Digit() => _steps.Add(new('0', Digit: true));

    public void Run() => _steps.Add(new('*', Run: true));

    /// <summary>
    /// Whether <paramref name="name"/> has this shape and, where the shape has digits, a text from the first to the last of them that is accepted;
    /// runs take as much as they can.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="tail">What may stand behind the shape.</param>
    /// <param name="accept">Judges the digits; called last for those that count.</param>
    public bool Fits(string name, string tail, Func<string, bool> accept)
    {
        // No object's name is longer; and each pair of places is visited once at the most, so that runs cost time in proportion.
        if (name.Length > MaxLength) return false;
        var seen = new HashSet<(int, int)>();
        var first = _steps.FindIndex(step => step.Digit);
        var last = _steps.FindLastIndex(step => step.Digit);
        return Try(0, 0, 0);

        bool Try(int i, int j, int digits)
        {
            for (; ; i++, j++)
            {
                if (i == first) digits = j;
                if (i == _steps.Count) return j == name.Length || name.AsSpan(j).SequenceEqual(tail);
                if (_steps[i].Run) break;
                if (j == name.Length || !_steps[i].Takes(name[j])) return false;
                if (i == last && !accept(name[digits..(j + 1)])) return false;
            }
            return seen.Add((i, j)) && ((j < name.Length && name[j] != '/' && Try(i, j + 1, digits)) || Try(i + 1, j, digits));
        }
    }

    /// <summary>
    /// Whether one name can have both shapes, each also with <paramref name="tail"/> behind. A date counts as any digits, so the answer errs
    /// towards yes: two contracts kept apart by nothing but impossible dates are not apart.
    /// </summary>
    public bool Meets(NameShape other, string tail)
    {
        Step[] ours = [.. _steps, .. Of(tail)._steps], theirs = [.. other._steps, .. Of(tail)._steps];
        var seen = new HashSet<(int, int)>();
        var open = new Stack<(int, int)>();
        Visit(0, 0);
        while (open.TryPop(out var at))
        {
            var (i, j) = at;
            if (Ends(i, _steps.Count, ours) && Ends(j, other._steps.Count, theirs)) return true;
            if (i < ours.Length && ours[i].Run) Visit(i + 1, j);
            if (j < theirs.Length && theirs[j].Run) Visit(i, j + 1);
            if (i < ours.Length && j < theirs.Length && ours[i].Shares(theirs[j])) Visit(ours[i].Run ? i : i + 1, theirs[j].Run ? j : j + 1);
        }
        return false;

        void Visit(int i, int j)
        {
            if (seen.Add((i, j))) open.Push((i, j));
        }

        // The name may end before the tail or behind it, never within.
        static bool Ends(int position, int body, Step[] steps) => position == body || position == steps.Length;
    }

    /// <summary>
    /// How many letters must be put in, taken out or changed until <paramref name="name"/> has this shape; any digit is as good as another.
    /// </summary>
    public int Distance(string name)
    {
        var above = new int[name.Length + 1];
        var row = new int[name.Length + 1];
        for (var j = 0; j <= name.Length; j++) above[j] = j;
        foreach (var step in _steps)
        {
            row[0] = step.Run ? above[0] : above[0] + 1;
            for (var j = 1; j <= name.Length; j++)
            {
                var c = name[j - 1];
                row[j] = step.Run
                    ? Math.Min(above[j], row[j - 1] + (c == '/' ? 1 : 0))
                    : Math.Min(above[j - 1] + (step.Resembles(c) ? 0 : 1), Math.Min(above[j], row[j - 1]) + 1);
            }
            (above, row) = (row, above);
        }
        return above[name.Length];
    }

    private readonly record struct Step(char Value, bool Digit = false, bool Run = false)
    {
        public bool Takes(char c) => Digit ? char.IsAsciiDigit(c) : c == Value;

        public bool Shares(Step other) => (this, other) switch
        {
            ({ Run: true }, { Run: true }) => true,
            ({ Run: true }, _) => other.Value != '/',
            (_, { Run: true }) => Value != '/',
            ({ Digit: true }, _) => char.IsAsciiDigit(other.Value),
            (_, { Digit: true }) => char.IsAsciiDigit(Value),
            _ => Value == other.Value,
        };

        public bool Resembles(char c) => c == Value || (char.IsAsciiDigit(c) && char.IsAsciiDigit(Value));
    }
}

using System.Globalization;
using System.Text;

namespace Landfall.Contracts;

/// <summary>
/// Which objects a contract claims: <c>bucket/name-pattern</c>, where <c>*</c> stands for anything within one folder and <c>{date:yyyyMMdd}</c>
/// for a date. It matches whole names, also with <c>.gz</c> behind, and can not backtrack.
/// </summary>
public sealed class ObjectPattern
{
    private const string Compressed = ".gz";

    private readonly NameShape _shape;
    private readonly string? _dateFormat;

    private ObjectPattern(string text, string bucket, NameShape shape, string? dateFormat) =>
        (Text, Bucket, _shape, _dateFormat) = (text, bucket, shape, dateFormat);

    /// <summary>As the contract writes it.</summary>
    public string Text { get; }

    /// <summary>The bucket's name in the contract, without the deployment's prefix.</summary>
    public string Bucket { get; }

    /// <summary>The pattern behind the bucket.</summary>
    public string Name => Text[(Bucket.Length + 1)..];

    /// <summary>Whether the name holds a date.</summary>
    public bool HasDate => _dateFormat is not null;

    /// <summary>How the date in the name is written, for example <c>yyyyMMdd</c>; null when there is none.</summary>
    public string? DateFormat => _dateFormat;

    /// <summary>Whether the names end in <c>.gz</c>, and not only may.</summary>
    public bool IsCompressed => Text.EndsWith(Compressed, StringComparison.Ordinal);

    /// <summary>The pattern behind the bucket, without that end: its own says the format.</summary>
    public string Unpacked => IsCompressed ? Name[..^Compressed.Length] : Name;

    /// <summary>
    /// The pattern with a <c>*</c> in place of the date, as BigQuery's addresses have it: there it stands for anything at all, so that more names may match than a contract claims.
    /// </summary>
    public string Wildcard => _dateFormat is null ? Text : Text.Replace($"{{date:{_dateFormat}}}", "*", StringComparison.Ordinal);

    /// <exception cref="FormatException">The pattern is not of the form above; the message says how it should be.</exception>
    public static ObjectPattern Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == text.Length - 1)
            throw new FormatException("must be bucket/name-pattern, for example drop-zone/people/people_{date:yyyyMMdd}.csv");
        if (text[..slash].Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && !"-_.".Contains(c, StringComparison.Ordinal)))
            throw new FormatException("must begin with a bucket's name: lower-case letters, digits, '-', '_' and '.'");
        var name = text.AsSpan(slash + 1);
        if (Encoding.UTF8.GetByteCount(name) > NameShape.MaxLength || name.ContainsAny('\r', '\n'))
            throw new FormatException("is no object's name: those are one line of at most 1,024 bytes");
        var shape = new NameShape();
        string? dateFormat = null;
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '*')
            {
                shape.Run();
            }
            else if (name[i] == '{')
            {
                var end = name[i..].IndexOf('}');
                if (end < 0) throw new FormatException("has a '{' without its '}'");
                var hole = name.Slice(i + 1, end - 1).ToString();
                if (!hole.StartsWith("date:", StringComparison.Ordinal) || dateFormat is not null)
                    throw new FormatException("may hold one {date:FORMAT}, for example {date:yyyyMMdd}, and no other {…}");
                dateFormat = hole["date:".Length..];
                if (!IsDateFormat(dateFormat))
                    throw new FormatException("has a date format that is not made of yyyy, MM and dd, once each, and '-', '_' or '.' between them");
                foreach (var c in dateFormat)
                {
                    if (char.IsAsciiLetter(c)) shape.Digit();
                    else shape.Letter(c);
                }
                i += end;
            }
            else
            {
                shape.Letter(name[i]);
            }
        }
        return new(text, text[..slash], shape, dateFormat);
    }

    /// <summary>Whether an object is meant.</summary>
    /// <param name="bucket">The bucket without the deployment's prefix.</param>
    /// <param name="name">The object's whole name.</param>
    /// <param name="date">The date in the name; null when the pattern has none.</param>
    public bool Matches(string bucket, string name, out DateOnly? date)
    {
        DateOnly? found = null;
        var matches = bucket == Bucket && _shape.Fits(name, Compressed, Accept);
        date = matches ? found : null;
        return matches;

        bool Accept(string text)
        {
            var isDate = DateOnly.TryParseExact(text, _dateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed);
            found = parsed;
            // The years in which a day fits the 16 bits of SourceOrder.
            return isDate && parsed.Year is >= 1970 and < 2149;
        }
    }

    /// <summary>Whether one object can be meant by both. Any digits count as a date, so that the answer errs towards yes.</summary>
    public bool Overlaps(ObjectPattern other) => Bucket == other.Bucket && _shape.Meets(other._shape, Compressed);

    /// <summary>Whether <see cref="Wildcard"/>, whose <c>*</c> is anything with slashes in it, may have objects of another pattern: told by what the two begin and end with, so rather yes than no.</summary>
    public bool MayReadToo(ObjectPattern other)
    {
        var ((begin, end), (otherBegin, otherEnd)) = (Ends(Text), Ends(other.Text));
        return (begin.StartsWith(otherBegin, StringComparison.Ordinal) || otherBegin.StartsWith(begin, StringComparison.Ordinal))
            && (end.EndsWith(otherEnd, StringComparison.Ordinal) || otherEnd.EndsWith(end, StringComparison.Ordinal));
    }

    private static (string Begin, string End) Ends(string text) =>
        (text.IndexOfAny(['*', '{']) is var first and >= 0 ? text[..first] : text, text[(text.LastIndexOfAny(['*', '}']) + 1)..]);

    /// <summary>A name that matches, behind the bucket, for people to see.</summary>
    public string Sample(DateOnly date)
    {
        var name = Name.Replace('*', '1');
        return _dateFormat is null ? name : name.Replace($"{{date:{_dateFormat}}}", date.ToString(_dateFormat, CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    /// <summary>How many letters of <c>bucket/name</c> are in the way of a match.</summary>
    public int Distance(string bucket, string name) => NameShape.Of(Bucket).Distance(bucket) + Math.Min(_shape.Distance(name), Uncompressed(name));

    public override string ToString() => Text;

    private int Uncompressed(string name) =>
        name.EndsWith(Compressed, StringComparison.Ordinal) ? _shape.Distance(name[..^Compressed.Length]) : int.MaxValue;

    private static bool IsDateFormat(string format)
    {
        var rest = format;
        foreach (var part in (string[])["yyyy", "MM", "dd"])
        {
            var at = rest.IndexOf(part, StringComparison.Ordinal);
            if (at < 0) return false;
            rest = rest.Remove(at, part.Length).Insert(at, "-");
        }
        return rest.All(c => "-_.".Contains(c, StringComparison.Ordinal));
    }
}

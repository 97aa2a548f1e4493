using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Landfall.Contracts;

/// <summary>
/// Which objects a contract claims: <c>bucket/name-pattern</c>, where <c>*</c> stands for anything within one folder and <c>{date:yyyyMMdd}</c>
/// for a date. It matches whole names, also with <c>.gz</c> behind, and can not backtrack.
/// </summary>
public sealed class ObjectPattern
{
    private readonly Regex _regex;
    private readonly string? _dateFormat;

    private ObjectPattern(string text, string bucket, Regex regex, string? dateFormat) =>
        (Text, Bucket, _regex, _dateFormat) = (text, bucket, regex, dateFormat);

    /// <summary>As the contract writes it.</summary>
    public string Text { get; }

    /// <summary>The bucket's name in the contract, without the deployment's prefix.</summary>
    public string Bucket { get; }

    /// <summary>The pattern behind the bucket.</summary>
    public string Name => Text[(Bucket.Length + 1)..];

    /// <summary>Whether the name holds a date.</summary>
    public bool HasDate => _dateFormat is not null;

    /// <exception cref="FormatException">The pattern is not of the form above; the message says how it should be.</exception>
    public static ObjectPattern Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == text.Length - 1) throw new FormatException("must be bucket/name-pattern, for example drop-zone/people/people_{date:yyyyMMdd}.csv");
        var name = text.AsSpan(slash + 1);
        var regex = new StringBuilder(@"\A");
        string? dateFormat = null;
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '*')
            {
                regex.Append("[^/]*");
            }
            else if (name[i] == '{')
            {
                var end = name[i..].IndexOf('}');
                if (end < 0) throw new FormatException("has a '{' without its '}'");
                var hole = name.Slice(i + 1, end - 1).ToString();
                if (!hole.StartsWith("date:", StringComparison.Ordinal) || dateFormat is not null)
                    throw new FormatException("may hold one {date:FORMAT}, for example {date:yyyyMMdd}, and no other {…}");
                dateFormat = hole["date:".Length..];
                if (dateFormat.Length == 0 || dateFormat.Any(c => !"yMd-_.".Contains(c, StringComparison.Ordinal))
                    || !dateFormat.Contains("yyyy", StringComparison.Ordinal) || !dateFormat.Contains("MM", StringComparison.Ordinal) || !dateFormat.Contains("dd", StringComparison.Ordinal))
                    throw new FormatException("has a date format that is not made of yyyy, MM and dd");
                regex.Append("(?<date>").Append(Regex.Replace(Regex.Escape(dateFormat), "[yMd]", "[0-9]", RegexOptions.NonBacktracking)).Append(')');
                i += end;
            }
            else
            {
                regex.Append(Regex.Escape(name[i].ToString()));
            }
        }
        regex.Append(@"(\.gz)?\z");
        return new(text, text[..slash], new Regex(regex.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), dateFormat);
    }

    /// <summary>Whether an object is meant.</summary>
    /// <param name="bucket">The bucket without the deployment's prefix.</param>
    /// <param name="name">The object's whole name.</param>
    /// <param name="date">The date in the name; null when the pattern has none.</param>
    public bool Matches(string bucket, string name, out DateOnly? date)
    {
        date = null;
        if (bucket != Bucket) return false;
        var match = _regex.Match(name);
        if (!match.Success) return false;
        if (_dateFormat is null) return true;
        if (!DateOnly.TryParseExact(match.Groups["date"].ValueSpan, _dateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed)) return false;
        date = parsed;
        return true;
    }

    public override string ToString() => Text;
}

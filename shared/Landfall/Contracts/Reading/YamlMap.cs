using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Landfall.Contracts.Reading;

/// <summary>
/// A cursor on one map of a contract. Each reading method answers null when its word is absent and also when it holds something else; the
/// latter is noted in the log with line and path, so that the caller reads on and all faults come out together.
/// </summary>
internal sealed class YamlMap(FaultLog faults, string file, string path, long line, YamlMappingNode node)
{
    /// <summary>A file that is wrong in more words is no contract with typing errors, and a hint costs more than its reading.</summary>
    private const int MostHints = 100;

    private readonly Dictionary<string, (long Line, YamlNode Value)> _words =
        node.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value ?? "", pair => ((long)pair.Key.Start.Line, pair.Value));

    /// <summary>The file's name.</summary>
    public string File => file;

    public string Path => path;

    public FaultLog Faults => faults;

    public bool Has(string word) => _words.ContainsKey(word);

    /// <summary>Notes a fault of a word, or of the map itself when the word is not there.</summary>
    public void Fault(string word, string message, string? hint = null) => faults.Add(file, LineOf(word), Below(word), message, hint);

    /// <summary>Notes a fault of the map itself.</summary>
    public void FaultHere(string message, string? hint = null) => faults.Add(file, line, path, message, hint);

    /// <summary>Notes every word that is neither known nor among those that only a later version acts on; and the latter as such.</summary>
    public void Allow(ReadOnlySpan<string> known, ReadOnlySpan<string> later = default)
    {
        var unknown = 0;
        foreach (var word in _words.Keys)
        {
            if (later.Contains(word)) NotYet(word);
            else if (!known.Contains(word)) Fault(word, "is not a word that may stand here", unknown++ < MostHints ? Spelling.Hint(word, [.. known]) : null);
        }
    }

    /// <summary>Notes a word that is there and holds something, because this version would not act on it.</summary>
    public void NotYet(string word)
    {
        if (_words.TryGetValue(word, out var found) && found.Value is not YamlSequenceNode { Children.Count: 0 })
            Fault(word, "is not supported yet", "Remove it until it is: a rule that is not kept must not stand in a contract");
    }

    public string? Text(string word)
    {
        if (Scalar(word, "text") is not { } scalar) return null;
        if (!YamlScalar.IsText(scalar))
        {
            Fault(word, $"is {Spelling.Shown(scalar.Value)}, which YAML takes for something else than text", "Put it in quotes");
            return null;
        }
        if (scalar.Value is not { Length: > 0 } text)
        {
            Fault(word, "is empty", "Write a text, or remove the word");
            return null;
        }
        if (YamlScalar.IsStorable(text)) return text;
        Fault(word, "holds a character that no table can hold: NUL, or half a surrogate pair");
        return null;
    }

    public string? RequiredText(string word) => Require(word) ? Text(word) : null;

    /// <summary>A name that may stand in SQL.</summary>
    public Identifier? Name(string word)
    {
        if (RequiredText(word) is not { } text) return null;
        if (Identifier.TryParse(text, out var name)) return name;
        Fault(word, $"is {Spelling.Shown(text)}; a name is lower-case letters, digits and '_', begins with no digit and has at most 63 characters");
        return null;
    }

    public bool? Flag(string word)
    {
        switch (Scalar(word, "true or false"))
        {
            case null:
                return null;
            case { Style: ScalarStyle.Plain, Value: "true" }:
                return true;
            case { Style: ScalarStyle.Plain, Value: "false" }:
                return false;
            case var other:
                Fault(word, $"is {Spelling.Shown(other.Value)}; expected true or false", "Write true or false, without quotes");
                return null;
        }
    }

    public decimal? Number(string word)
    {
        if (Scalar(word, "a number") is not { } scalar) return null;
        if (YamlScalar.TryNumber(scalar, out var number)) return number;
        Fault(word, $"is {Spelling.Shown(scalar.Value)}; expected a number of at most 28 digits, without quotes");
        return null;
    }

    /// <summary>A list of numbers; empty when it is none.</summary>
    public IReadOnlyList<decimal> Numbers(string word)
    {
        var numbers = new List<decimal>();
        foreach (var item in Items(word))
        {
            if (item is not YamlScalarNode scalar || !YamlScalar.TryNumber(scalar, out var number)) return [];
            numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>A text, a number or a truth value, as it stands in the file.</summary>
    public string? Any(string word)
    {
        if (Scalar(word, "a text, a number, true or false") is not { } scalar) return null;
        if (scalar.Value is { Length: > 0 } text && YamlScalar.IsStorable(text)) return text;
        Fault(word, "is empty, or holds a character that no table can hold");
        return null;
    }

    /// <summary>A whole number within bounds.</summary>
    public int? Whole(string word, int least, int most)
    {
        if (Number(word) is not { } number) return null;
        if (number >= least && number <= most && decimal.IsInteger(number)) return (int)number;
        Fault(word, $"is {number.ToString(CultureInfo.InvariantCulture)}; expected a whole number from {least} to {most}");
        return null;
    }

    /// <summary>One word out of a list; those of <paramref name="later"/> only a later version acts on.</summary>
    public string? Choice(string word, ReadOnlySpan<string> choices, ReadOnlySpan<string> later = default)
    {
        if (Text(word) is not { } text) return null;
        if (choices.Contains(text)) return text;
        if (later.Contains(text)) Fault(word, $"'{text}' is not supported yet", $"There is: {string.Join(", ", choices.ToArray())}");
        else Fault(word, $"is {Spelling.Shown(text)}; expected {Spelling.Or(choices)}");
        return null;
    }

    public YamlMap? Map(string word)
    {
        switch (Value(word))
        {
            case null:
                return null;
            case YamlMappingNode map:
                return new YamlMap(faults, file, Below(word), LineOf(word), map);
            case var other:
                Fault(word, $"is {YamlScalar.Kind(other)}; expected a map");
                return null;
        }
    }

    /// <summary>A list of maps; each is called in paths by what its word <paramref name="label"/> holds, or else by its index.</summary>
    public IReadOnlyList<YamlMap> Maps(string word, string label = "", bool required = false)
    {
        if (required && Require(word) && Value(word) is YamlSequenceNode { Children.Count: 0 }) Fault(word, "is empty; expected at least one entry");
        var maps = new List<YamlMap>();
        foreach (var (index, item) in Items(word).Index())
        {
            var below = $"{Below(word)}[{Label(item, label) ?? $"{index}"}]";
            if (item is YamlMappingNode map) maps.Add(new YamlMap(faults, file, below, item.Start.Line, map));
            else faults.Add(file, item.Start.Line, below, $"is {YamlScalar.Kind(item)}; expected a map");
        }
        return maps;
    }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string word)
    {
        var texts = new List<string>();
        foreach (var item in Items(word))
        {
            if (item is YamlScalarNode scalar && YamlScalar.IsText(scalar) && scalar.Value is { Length: > 0 } text && YamlScalar.IsStorable(text))
                texts.Add(text);
            else faults.Add(file, item.Start.Line, Below(word), $"holds {YamlScalar.Kind(item)}; expected texts");
        }
        return texts;
    }

    /// <summary>Notes it when a word is absent.</summary>
    public bool Require(string word)
    {
        if (!Has(word)) Fault(word, "is missing");
        return Has(word);
    }

    private static string? Label(YamlNode item, string label) =>
        item is YamlMappingNode map && map.Children.TryGetValue(label, out var name) && name is YamlScalarNode { Value: { Length: > 0 and < 64 } text }
            ? text
            : null;

    private IList<YamlNode> Items(string word)
    {
        switch (Value(word))
        {
            case null:
                return [];
            case YamlSequenceNode list:
                return list.Children;
            case var other:
                Fault(word, $"is {YamlScalar.Kind(other)}; expected a list");
                return [];
        }
    }

    private YamlScalarNode? Scalar(string word, string expected)
    {
        var value = Value(word);
        if (value is not null and not YamlScalarNode) Fault(word, $"is {YamlScalar.Kind(value)}; expected {expected}");
        return value as YamlScalarNode;
    }

    private YamlNode? Value(string word)
    {
        if (!_words.TryGetValue(word, out var found)) return null;
        if (found.Value is not YamlScalarNode scalar || !YamlScalar.IsNull(scalar)) return found.Value;
        Fault(word, "has no value", "Give it one, or remove the word");
        return null;
    }

    private string Below(string word) => $"{path}{(path.Length == 0 ? "" : ".")}{(word.Length == 0 ? "''" : word)}";

    private long LineOf(string word) => _words.TryGetValue(word, out var found) ? found.Line : line;
}

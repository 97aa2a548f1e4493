using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Landfall.Contracts;

namespace Landfall.Landings.Drafts;

/// <summary>Writes the draft of a contract for a file like a sample: one by which the sample lands, with a word beside all that a person should decide.</summary>
public static partial class ContractDrafter
{
    /// <param name="file">The sample's name.</param>
    /// <param name="open">The sample from its first byte.</param>
    /// <param name="team">Who sends such files; the first folder in the drop zone.</param>
    /// <param name="dataset">The contract's id; null for the name's part before the date.</param>
    /// <param name="sink">Where they land.</param>
    /// <param name="schema">In which schema, or dataset; null for the team's.</param>
    /// <returns>The contract's id and its YAML.</returns>
    /// <exception cref="RejectException">The sample can not be read.</exception>
    public static async Task<(Identifier Id, string Yaml)> DraftAsync(string file, Func<Stream> open, Identifier team, Identifier? dataset, SinkKind sink, Identifier? schema, CancellationToken cancellationToken)
    {
        var sample = await DraftSample.ReadAsync(file, open, cancellationToken).ConfigureAwait(false);
        var stem = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        var (pattern, title) = Pattern(stem);
        var id = dataset ?? Identifier.Parse(Named(title, [], "dataset"));
        var key = Key(sample);
        var yaml = new StringBuilder();
        yaml.Append(CultureInfo.InvariantCulture, $"""
            # A draft, made of the first {sample.Rows} rows of {Plain(file)}. Look at each "decide"; then see what is wrong with it: landfall contract check
            apiVersion: v3.1.0
            kind: DataContract
            id: {id}
            version: 0.1.0
            status: draft
            description:
              purpose: "{id}, from the files of {team}."   # decide: what is it for?
            team: {"{"} name: {team} {"}"}
            servers:
              - {"{"} {Server(sink, schema ?? team)} {"}"}

            customProperties:
              - property: landfall
                value:
                  object: {Quoted($"drop-zone/{team}/{pattern}")}{(pattern.Contains("{date:", StringComparison.Ordinal) ? "" : "   # decide: with {date:yyyyMMdd} in the name, an older file never overwrites a newer one")}
            {Format(sample.Format, pattern)}
            schema:
              - name: {id}
                physicalType: table
                logicalType: object
                description: "One row per {(key is null ? "row of the file" : key.Name)}."   # decide
                # decide: {(key is null
                    ? "append adds the rows of each file; replacePartition makes the newest file of a day the day, replace the newest file the table; with a key there is upsert"
                    : "upsert keeps of each key the newest row; replace makes the newest file the table")}
                customProperties: [ {"{"} property: landfall, value: {"{"} write: {(key is null ? "append" : "upsert")} {"}"} {"}"} ]
                properties:

            """);
        var names = new List<string>();
        var hasNames = sample.Format.Header;
        foreach (var column in sample.Columns)
        {
            var name = Named(column.Name, names, "column");
            names.Add(name);
            var (type, decide) = column.Type(sink);
            var words = new List<string> { $"name: {name}", type };
            if (!column.HasEmpty) words.Add("required: true");
            if (column == key) words.Add("primaryKey: true, primaryKeyPosition: 1");
            if (hasNames && name != column.Name) words.Add($"transformSourceObjects: [ {Quoted(column.Name)} ]");
            if (column == key) decide = "is it what a row is known by?";
            yaml.Append(CultureInfo.InvariantCulture, $"      - {{ {string.Join(", ", words)} }}{(decide is null ? "" : $"   # decide: {decide}")}\n");
        }
        return (id, yaml.ToString().Replace("\n\n\n", "\n\n", StringComparison.Ordinal));
    }

    private static string Server(SinkKind sink, Identifier schema) => sink == SinkKind.Postgres
        ? $"server: operational, type: postgres, host: landfall, port: 5432, database: landfall, schema: {schema}"
        : $"server: analytical, type: bigquery, project: landfall, dataset: {schema}";

    /// <summary>The words for what is not as it is by itself; empty, or lines that end in a line break.</summary>
    private static string Format(FileFormat format, string pattern)
    {
        var words = new List<string>();
        var known = Path.GetExtension(pattern).ToLowerInvariant() is ".csv" or ".tsv" or ".txt" or ".ndjson" or ".jsonl" or ".json" or ".xlsx" or ".avro";
        if (!known && format.Type != FormatType.Csv) words.Add($"type: {format.Type.ToString().ToLowerInvariant()}");
        if (format.Type == FormatType.Csv && format.Delimiter != ',') words.Add($"delimiter: {Quoted($"{format.Delimiter}")}");
        if (!format.Header) words.Add("header: false");
        if (format.Encoding != TextEncodings.Utf8) words.Add($"encoding: {format.Encoding}");
        return words.Count == 0 ? "" : $"      format: {{ {string.Join(", ", words)} }}{(format.Header ? "" : "   # decide: the columns' names, in the order of the file")}\n";
    }

    /// <summary>The one column that could be the key: the first that ends like one, or else the first of all.</summary>
    private static DraftColumn? Key(DraftSample sample)
    {
        var candidates = sample.Columns.Where(column => column.MayBeKey).ToList();
        return sample.Rows < 2 ? null : candidates.Find(column => KeyName().IsMatch(column.Name)) ?? (candidates.Count > 0 && candidates[0] == sample.Columns[0] ? candidates[0] : null);
    }

    /// <summary>The name as a pattern, and what is left of it without date and end.</summary>
    private static (string Pattern, string Title) Pattern(string file)
    {
        var title = Path.GetFileNameWithoutExtension(file);
        foreach (Match match in Dates().Matches(file))
        {
            foreach (var format in (string[])["yyyyMMdd", "yyyy-MM-dd", "yyyy_MM_dd", "yyyy.MM.dd", "ddMMyyyy", "dd-MM-yyyy"])
            {
                if (!DateOnly.TryParseExact(match.Value, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || date.Year is < 1990 or > 2100) continue;
                return ($"{Literal(file[..match.Index])}{{date:{format}}}{Literal(file[(match.Index + match.Length)..])}", title.Replace(match.Value, "", StringComparison.Ordinal));
            }
        }
        return (Literal(file), title);
    }

    /// <summary>A part of a name in a pattern, where these have a meaning.</summary>
    private static string Literal(string text) => text.Replace('{', '*').Replace('}', '*');

    /// <summary>A name as contracts have it: lower-case letters, digits and <c>_</c>, and none that is taken.</summary>
    private static string Named(string text, IReadOnlyCollection<string> taken, string none)
    {
        var plain = string.Concat(text.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark));
        var name = Other().Replace(plain.ToLowerInvariant(), "_").Trim('_');
        if (name.Length == 0) name = none;
        if (char.IsAsciiDigit(name[0])) name = $"c{name}";
        if (name.Length > 50) name = name[..50].TrimEnd('_');
        var free = name;
        for (var i = 2; taken.Contains(free); i++) free = $"{name}_{i}";
        return free;
    }

    /// <summary>In a comment, which ends with its line.</summary>
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));

    /// <summary>JSON's quotes are YAML's, too.</summary>
    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    [GeneratedRegex("[0-9]{4}[-_.][0-9]{2}[-_.][0-9]{2}|[0-9]{2}-[0-9]{2}-[0-9]{4}|[0-9]{8}", RegexOptions.NonBacktracking)]
    private static partial Regex Dates();

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Other();

    [GeneratedRegex("^(id|code|key|sku|uuid|email)$|(_| )(id|code|key|no|number|sku|uuid)$|[a-z](Id|Code|Key|No)$|(ID)$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex KeyName();
}

namespace Landfall.Contracts.Reading;

/// <summary>The <c>quality</c> rules of a table, or of one of its properties.</summary>
internal static class QualityPart
{
    private static readonly string[] Operators =
        ["mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan", "mustBeLessOrEqualTo", "mustBeBetween", "mustNotBeBetween"];

    private static readonly string[] Words =
    [
        "id", "authoritativeDefinitions", "businessImpact", "customProperties", "description", "dimension", "method", "name", "schedule", "scheduler",
        "severity", "tags", "type", "unit", "metric", "rule", "arguments", "query", "engine", "implementation", .. Operators,
    ];

    private static readonly (string Word, QualityMetric Metric)[] Metrics =
    [
        ("rowCount", QualityMetric.RowCount), ("nullValues", QualityMetric.NullValues), ("missingValues", QualityMetric.MissingValues),
        ("invalidValues", QualityMetric.InvalidValues), ("duplicateValues", QualityMetric.DuplicateValues),
    ];

    /// <summary>The rules of a table and of its columns.</summary>
    public static List<QualityRule> Read(TableDraft table)
    {
        var rules = table.Map.Maps("quality", "name").Select(map => Rule(map, table, null)).ToList();
        foreach (var column in table.Columns) rules.AddRange(column.Map.Maps("quality", "name").Select(map => Rule(map, table, column.Column)));
        return [.. rules.OfType<QualityRule>()];
    }

    private static QualityRule? Rule(YamlMap map, TableDraft table, Column? column)
    {
        map.Allow(Words);
        var type = map.Choice("type", ["library", "sql", "text"], later: ["custom"]) ?? (map.Has("type") ? null : "library");
        // A text is for people.
        if (type is null or "text") return null;
        map.NotYet("rule");
        var isError = (map.Choice("severity", ["info", "warning", "error"]) ?? "error") == "error";
        var query = type == "sql" ? Query(map, column) : null;
        var metric = type == "sql" ? null : Metric(map, column);
        var percent = map.Choice("unit", ["rows", "percent"]) == "percent";
        if (percent && metric is (null or QualityMetric.RowCount)) map.Fault("unit", "is percent, and only the metrics of columns are shares of the rows");
        var limits = Limits(map);
        if (limits is null || (query is null && metric is null)) return null;
        var (word, low, high) = limits.Value;
        return new QualityRule
        {
            Name = map.Text("name") ?? (metric is { } m ? Metrics.First(known => known.Metric == m).Word + (column is null ? "" : $" of {column}") : "query"),
            IsError = isError, Metric = metric, Query = query, IsPercent = percent, Operator = word, Low = low, High = high,
            Columns = Columns(map, metric, table, column), Values = Values(map, metric),
        };
    }

    private static string? Query(YamlMap map, Column? column)
    {
        if (map.Has("metric")) map.Fault("metric", "stands beside a query", "Write two rules");
        if (map.RequiredText("query") is not { } query) return null;
        // Each statement would be run; the second one could be COMMIT.
        if (query.Contains(';', StringComparison.Ordinal)) map.Fault("query", "holds a ';'; a rule is one SELECT", "Take it out");
        else if (!query.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase) && !query.TrimStart().StartsWith("WITH", StringComparison.OrdinalIgnoreCase))
            map.Fault("query", "does not begin with SELECT; a rule is one SELECT of one number");
        if (column is null && query.Contains("${column}", StringComparison.Ordinal)) map.Fault("query", "speaks of ${column}, and stands on a table", "Write it on a property");
        return query;
    }

    private static QualityMetric? Metric(YamlMap map, Column? column)
    {
        if (!map.Require("metric") || map.Choice("metric", [.. Metrics.Select(m => m.Word)]) is not { } word) return null;
        var metric = Metrics.First(known => known.Word == word).Metric;
        if (metric == QualityMetric.RowCount && column is not null) map.Fault("metric", "is rowCount, which is a metric of tables", "Write it on the table");
        if (metric is not (QualityMetric.RowCount or QualityMetric.DuplicateValues) && column is null) map.Fault("metric", $"is {word}, which is a metric of columns", "Write it on the property");
        return metric;
    }

    private static List<Column> Columns(YamlMap map, QualityMetric? metric, TableDraft table, Column? column)
    {
        if (column is not null) return [column];
        if (metric != QualityMetric.DuplicateValues) return [];
        var names = map.Map("arguments")?.Texts("properties") ?? [];
        if (names.Count == 0) map.Fault("arguments", "does not say which columns", "Write arguments: { properties: [ … ] }, or the rule on a property");
        var columns = new List<Column>();
        foreach (var name in names)
        {
            if (table.Columns.Select(c => c.Column).FirstOrDefault(c => c?.Name.Name == name) is { } found) columns.Add(found);
            else map.Fault("arguments", $"names {Spelling.Shown(name)}, which is no property of this table");
        }
        return columns;
    }

    private static IReadOnlyList<string> Values(YamlMap map, QualityMetric? metric)
    {
        var word = metric switch { QualityMetric.MissingValues => "missingValues", QualityMetric.InvalidValues => "validValues", _ => null };
        if (word is null) return [];
        var arguments = map.Map("arguments");
        arguments?.Allow([word], later: ["pattern"]);
        var values = arguments?.Texts(word) ?? [];
        if (values.Count == 0 && metric == QualityMetric.InvalidValues) map.Fault("arguments", "does not say which values are valid", "Write arguments: { validValues: [ … ] }");
        return values;
    }

    private static (string Operator, decimal Low, decimal High)? Limits(YamlMap map)
    {
        var words = Operators.Where(map.Has).ToList();
        if (words is not [var word])
        {
            map.FaultHere(words.Count == 0 ? "does not say what the number must be" : $"says {string.Join(" and ", words)}", $"Write one of {string.Join(", ", Operators)}");
            return null;
        }
        if (!word.EndsWith("Between", StringComparison.Ordinal)) return map.Number(word) is { } number ? (word, number, number) : null;
        if (map.Numbers(word) is not [var low, var high] || low >= high)
        {
            map.Fault(word, "is no pair of numbers, the smaller one first", "Write [ 1, 5 ]");
            return null;
        }
        return (word, low, high);
    }
}

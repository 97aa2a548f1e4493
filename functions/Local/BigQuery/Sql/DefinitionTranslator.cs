using System.Globalization;
using System.Text.Json.Nodes;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>CREATE and DROP: as the resource that the REST API would be sent.</summary>
internal sealed class DefinitionTranslator(SqlText text, QueryWriter writer)
{
    private readonly JsonObject _resource = [];
    private JsonObject? _external;
    private string? _expiration;
    private int _at;

    public Statement Translate(int from, int to)
    {
        _at = from;
        var isDrop = Take("DROP");
        if (!isDrop) _at = text.Expect(_at, "CREATE");
        var replaces = !isDrop && Take("OR", "REPLACE");
        var isExternal = text.Are(_at, "EXTERNAL", "TABLE");
        if (isExternal) _at++;
        var kind = text[_at].Key;
        if (kind is not ("TABLE" or "VIEW" or "SCHEMA") || (isDrop && kind == "SCHEMA")) throw BigQueryFault.NotSupported($"{text[from].Key} {text[_at].Text}");
        _at++;
        var isConditional = isDrop ? Take("IF", "EXISTS") : Take("IF", "NOT", "EXISTS");
        if (kind == "SCHEMA") return Schema(from, to, isConditional);

        var target = writer.ReadTable(ref _at);
        var statement = new Statement($"{text[from].Key}_{(isExternal ? "EXTERNAL_" : "")}{kind}", text.Source(from, to)) { Target = target, Replaces = replaces, IsConditional = isConditional };
        if (isDrop) return _at == to ? statement : throw text.Unexpected(_at);

        _resource["tableReference"] = new JsonObject { ["projectId"] = LocalCloud.Project, ["datasetId"] = target.Dataset, ["tableId"] = target.Name };
        if (isExternal) _external = (JsonObject)(_resource[ExternalTables.Member] = new JsonObject());
        if (kind == "TABLE" && text.Is(_at, "(")) Columns();
        Clauses(to);
        statement = statement with { Resource = _resource, Expiration = _expiration };
        if (_at == to) return isExternal || (kind == "TABLE" && _resource["schema"] is not null) ? statement : throw text.Unexpected(_at);

        _at = isExternal ? throw text.Unexpected(_at) : text.Expect(_at, "AS");
        if (kind == "VIEW")
        {
            _resource["view"] = new JsonObject { ["query"] = text.Source(_at, to), ["useLegacySql"] = false };
            return statement;
        }
        var query = writer.Write(_at, to).Finish("CREATE_TABLE_AS_SELECT", from, to);
        return query with { Target = target, Replaces = replaces, IsConditional = isConditional, Resource = _resource, Expiration = _expiration };
    }

    private bool Take(params ReadOnlySpan<string> keys)
    {
        if (!text.Are(_at, keys)) return false;
        _at += keys.Length;
        return true;
    }

    private Statement Schema(int from, int to, bool isConditional)
    {
        var at = text.Is(_at + 1, ".") ? _at + 2 : _at;
        var name = text[at].Text.Split('.')[^1];
        _at = at + 1;
        Options();
        if (_resource.Remove("location", out var location)) _resource["location"] = location;
        _resource["datasetReference"] = new JsonObject { ["projectId"] = LocalCloud.Project, ["datasetId"] = name };
        return _at == to
            ? new Statement("CREATE_SCHEMA", text.Source(from, to)) { Target = new(name, ""), Resource = _resource, IsConditional = isConditional }
            : throw text.Unexpected(_at);
    }

    private void Columns()
    {
        var fields = new JsonArray();
        foreach (var (from, to) in text.Split(_at + 1, text.Close(_at)))
        {
            _at = from;
            if (Take("PRIMARY", "KEY"))
            {
                _resource["tableConstraints"] = new JsonObject { ["primaryKey"] = new JsonObject { ["columns"] = Names() } };
                if (!Take("NOT", "ENFORCED")) throw new BigQueryFault(400, "invalidQuery", "Enforced primary keys are not supported; add NOT ENFORCED");
            }
            else fields.Add(Column());
            if (_at != to) throw BigQueryFault.NotSupported($"{text[_at].Text} in a list of columns");
        }
        if (fields.Count > 0) _resource["schema"] = new JsonObject { ["fields"] = fields };
        _at = text[_at].Key == ")" ? _at + 1 : throw text.Unexpected(_at);
    }

    private JsonObject Column()
    {
        var field = new JsonObject { ["name"] = text[_at++].Text };
        var type = SqlType.Read(text, ref _at);
        field["type"] = type.Name;
        if (type.Precision is { } precision) field["precision"] = $"{precision}";
        if (type.Scale is { } scale) field["scale"] = $"{scale}";
        if (Take("NOT", "NULL")) field["mode"] = "REQUIRED";
        if (Take("OPTIONS"))
        {
            foreach (var (name, at, to) in Pairs())
            {
                if (name != "DESCRIPTION") throw BigQueryFault.NotSupported($"The option {name.ToLowerInvariant()} of a column");
                field["description"] = Text(at, to);
            }
        }
        return field;
    }

    private void Clauses(int to)
    {
        while (_at < to && !text.Is(_at, "AS"))
        {
            if (Take("PARTITION", "BY")) Partition();
            else if (Take("CLUSTER", "BY")) _resource["clustering"] = new JsonObject { ["fields"] = Cluster(to) };
            else if (text.Is(_at, "OPTIONS")) Options();
            else if (_external is not null && Take("WITH", "CONNECTION")) _external["connectionId"] = ExternalOptions.Path(text, ref _at);
            else throw text.Unexpected(_at);
        }
    }

    /// <summary>A column; DATE(column); TIMESTAMP_TRUNC(column, HOUR) and its like; _PARTITIONDATE.</summary>
    private void Partition()
    {
        var word = text[_at++];
        if (word.Key == "RANGE_BUCKET")
        {
            Ranges();
            return;
        }
        var partitioning = new JsonObject { ["type"] = "DAY" };
        if (text.Is(_at, "("))
        {
            var arguments = text.Split(_at + 1, text.Close(_at));
            if (word.Key is not ("DATE" or "DATE_TRUNC" or "TIMESTAMP_TRUNC" or "DATETIME_TRUNC") || arguments.Count is 0 or > 2) throw BigQueryFault.NotSupported($"PARTITION BY {word.Text}");
            if (arguments.Count == 2) partitioning["type"] = text[arguments[1].From].Key;
            partitioning["field"] = text[arguments[0].From].Text;
            _at = text.Close(_at) + 1;
        }
        else if (word.Key is not ("_PARTITIONDATE" or "_PARTITIONTIME")) partitioning["field"] = word.Text;
        _resource["timePartitioning"] = partitioning;
    }

    /// <summary>RANGE_BUCKET(column, GENERATE_ARRAY(start, end, interval)).</summary>
    private void Ranges()
    {
        var arguments = text.Split(text.Expect(_at, "("), text.Close(_at));
        if (arguments.Count != 2 || !text.Are(arguments[1].From, "GENERATE_ARRAY", "(")) throw BigQueryFault.NotSupported("PARTITION BY RANGE_BUCKET without GENERATE_ARRAY");
        var bounds = text.Split(arguments[1].From + 2, arguments[1].To - 1);
        if (bounds.Count != 3) throw BigQueryFault.NotSupported("GENERATE_ARRAY without an interval");
        _resource["rangePartitioning"] = new JsonObject
        {
            ["field"] = text[arguments[0].From].Text,
            ["range"] = new JsonObject { ["start"] = Whole(bounds[0]), ["end"] = Whole(bounds[1]), ["interval"] = Whole(bounds[2]) },
        };
        _at = text.Close(_at) + 1;
    }

    private string Whole((int From, int To) part) =>
        long.TryParse(string.Concat(Enumerable.Range(part.From, part.To - part.From).Select(at => text[at].Text)), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? $"{number}"
            : throw text.Unexpected(part.From, "whole number");

    private JsonArray Cluster(int to)
    {
        var names = new JsonArray();
        do
        {
            names.Add(text[_at++].Text);
        }
        while (_at < to && Take(","));
        return names;
    }

    private JsonArray Names()
    {
        var close = text.Close(text.Expect(_at, "(") - 1);
        var names = text.Split(_at + 1, close).Select(JsonNode? (part) => text[part.From].Text);
        _at = close + 1;
        return [.. names];
    }

    private void Options()
    {
        if (!Take("OPTIONS")) return;
        foreach (var (name, from, to) in Pairs())
        {
            switch (name)
            {
                case "DESCRIPTION": _resource["description"] = Text(from, to); break;
                case "FRIENDLY_NAME": _resource["friendlyName"] = Text(from, to); break;
                case "LOCATION": _resource["location"] = Text(from, to); break;
                case "LABELS": _resource["labels"] = Labels(from); break;
                case "EXPIRATION_TIMESTAMP": _expiration = writer.Render(from, to); break;
                case "PARTITION_EXPIRATION_DAYS": (_resource["timePartitioning"] ?? throw text.Unexpected(from))["expirationMs"] = Days(from); break;
                case "DEFAULT_TABLE_EXPIRATION_DAYS": _resource["defaultTableExpirationMs"] = Days(from); break;
                case "REQUIRE_PARTITION_FILTER" when text.Is(from, "FALSE"): break;
                case var _ when _external is not null && ExternalOptions.Set(_external, name, text, from, to): break;
                default: throw BigQueryFault.NotSupported($"The option {name.ToLowerInvariant()}");
            }
        }
    }

    private List<(string Name, int From, int To)> Pairs()
    {
        var close = text.Close(text.Expect(_at, "(") - 1);
        var pairs = text.Split(_at + 1, close).ConvertAll(part => (text[part.From].Key, text.Expect(part.From + 1, "="), part.To));
        _at = close + 1;
        return pairs;
    }

    private string Text(int from, int to) => to == from + 1 && text[from].Kind == TokenKind.Text ? text[from].Text : throw text.Unexpected(from, "string literal");

    private JsonObject Labels(int from)
    {
        var labels = new JsonObject();
        foreach (var pair in text.Split(from + 1, text.Close(text.Expect(from, "[") - 1)))
        {
            var parts = text.Split(text.Expect(pair.From, "("), pair.To - 1);
            if (parts.Count != 2) throw text.Unexpected(pair.From);
            labels[Text(parts[0].From, parts[0].To)] = Text(parts[1].From, parts[1].To);
        }
        return labels;
    }

    private string Days(int at) => double.TryParse(text[at].Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var days) && text[at].Kind == TokenKind.Number && days < 1e7
        ? $"{(long)(days * 86_400_000)}"
        : throw text.Unexpected(at, "number");
}

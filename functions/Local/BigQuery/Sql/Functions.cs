namespace Landfall.Local.BigQuery.Sql;

/// <summary>GoogleSQL's functions: what Postgres calls them, and those that are written otherwise. What is not here does not reach Postgres.</summary>
internal static class Functions
{
    /// <summary>By GoogleSQL's name; a name of the schema <c>bigquery</c> is a function of <see cref="SqlSchema"/>.</summary>
    private static readonly Dictionary<string, string> Names = Read("""
        COUNT MIN MAX SUM AVG ROUND STDDEV STDDEV_SAMP STDDEV_POP VARIANCE VAR_SAMP VAR_POP CORR COALESCE NULLIF ABS SIGN CEIL CEILING FLOOR TRUNC SQRT EXP LN MOD GROUPING
        ROW_NUMBER RANK DENSE_RANK PERCENT_RANK CUME_DIST FIRST_VALUE LAST_VALUE REPLACE REVERSE INITCAP SHA256 REGEXP_COUNT
        IFNULL=coalesce LOGICAL_AND=bool_and LOGICAL_OR=bool_or POW=power POWER=power LOG10=log RAND=random  ANY_VALUE=bigquery.any_value
        ARRAY_CONCAT=array_cat ARRAY_TO_STRING=array_to_string LTRIM=ltrim RTRIM=rtrim STARTS_WITH=starts_with
        ENDS_WITH=bigquery.ends_with CONTAINS_SUBSTR=bigquery.contains_substr LENGTH=bigquery.length CHAR_LENGTH=bigquery.length CHARACTER_LENGTH=bigquery.length
        BYTE_LENGTH=bigquery.byte_length STRPOS=bigquery.strpos SUBSTR=bigquery.substr SUBSTRING=bigquery.substr LEFT=bigquery.left RIGHT=bigquery.right
        LPAD=bigquery.lpad RPAD=bigquery.rpad REPEAT=bigquery.repeat LOWER=bigquery.lower UPPER=bigquery.upper TRIM=bigquery.trim
        REGEXP_CONTAINS=bigquery.regexp_contains REGEXP_EXTRACT=bigquery.regexp_extract REGEXP_REPLACE=bigquery.regexp_replace
        TO_HEX=bigquery.to_hex MD5=bigquery.md5 TO_BASE64=bigquery.to_base64 GENERATE_UUID=bigquery.generate_uuid ARRAY_LENGTH=bigquery.array_length
        GENERATE_ARRAY=bigquery.generate_array SAFE_DIVIDE=bigquery.safe_divide DIV=bigquery.div ERROR=bigquery.error
        JSON_VALUE=bigquery.json_value JSON_EXTRACT_SCALAR=bigquery.json_value JSON_QUERY=bigquery.json_query JSON_EXTRACT=bigquery.json_query
        TO_JSON=bigquery.to_json TO_JSON_STRING=bigquery.to_json_string
        CURRENT_TIMESTAMP=bigquery.now CURRENT_DATE=bigquery.today CURRENT_DATETIME=bigquery.wall_clock
        DATE=bigquery.to_date TIMESTAMP=bigquery.to_timestamp DATETIME=bigquery.to_datetime STRING=bigquery.to_string
        DATE_ADD=bigquery.date_add DATETIME_ADD=bigquery.date_add TIMESTAMP_ADD=bigquery.date_add DATE_SUB=bigquery.date_sub DATETIME_SUB=bigquery.date_sub TIMESTAMP_SUB=bigquery.date_sub
        DATE_DIFF=bigquery.date_diff DATETIME_DIFF=bigquery.timestamp_diff TIMESTAMP_DIFF=bigquery.timestamp_diff
        DATE_TRUNC=bigquery.date_trunc DATETIME_TRUNC=bigquery.date_trunc TIMESTAMP_TRUNC=bigquery.date_trunc LAST_DAY=bigquery.last_day
        FORMAT_DATE=bigquery.format_time FORMAT_DATETIME=bigquery.format_time FORMAT_TIMESTAMP=bigquery.format_time
        PARSE_DATE=bigquery.parse_date PARSE_TIMESTAMP=bigquery.parse_timestamp
        UNIX_MICROS=bigquery.unix_micros UNIX_MILLIS=bigquery.unix_millis UNIX_SECONDS=bigquery.unix_seconds UNIX_DATE=bigquery.unix_date
        TIMESTAMP_MICROS=bigquery.timestamp_micros TIMESTAMP_MILLIS=bigquery.timestamp_millis TIMESTAMP_SECONDS=bigquery.timestamp_seconds
        """);

    /// <summary>Those whose last argument is a word: <c>DATE_TRUNC(d, MONTH)</c>.</summary>
    private static readonly HashSet<string> TakePart =
        ["DATE_DIFF", "DATETIME_DIFF", "TIMESTAMP_DIFF", "DATE_TRUNC", "DATETIME_TRUNC", "TIMESTAMP_TRUNC", "LAST_DAY"];

    private delegate void Form(QueryWriter writer, List<(int From, int To)> arguments);

    private static readonly Dictionary<string, Form> Forms = new()
    {
        ["IF"] = If,
        ["CAST"] = (writer, arguments) => Cast(writer, arguments, isSafe: false),
        ["SAFE_CAST"] = (writer, arguments) => Cast(writer, arguments, isSafe: true),
        ["COUNTIF"] = (writer, arguments) => Arguments(writer.Emit("count(*) FILTER (WHERE"), arguments).Emit(")"),
        ["APPROX_COUNT_DISTINCT"] = (writer, arguments) => Arguments(writer.Emit("count(DISTINCT"), arguments).Emit(")"),
        ["CONCAT"] = (writer, arguments) => Arguments(writer.Emit("("), arguments, "||").Emit(")"),
        ["SPLIT"] = (writer, arguments) => Arguments(writer.Emit("(string_to_array("), arguments).Emit(arguments.Count == 1 ? ", ','))" : "))"),
        ["GREATEST"] = (writer, arguments) => Extreme(writer, arguments, "greatest"),
        ["LEAST"] = (writer, arguments) => Extreme(writer, arguments, "least"),
        ["EXTRACT"] = Extract,
        ["PARSE_JSON"] = (writer, arguments) => writer.Emit("CAST(").Write(arguments[0].From, arguments[0].To).Emit("AS jsonb)"),
        ["STRING_AGG"] = StringAggregate,
        ["ARRAY_AGG"] = ArrayAggregate,
        ["LAG"] = (writer, arguments) => Offset(writer, arguments, "lag", 1),
        ["LEAD"] = (writer, arguments) => Offset(writer, arguments, "lead", 1),
        ["NTH_VALUE"] = (writer, arguments) => Offset(writer, arguments, "nth_value", 1),
        ["NTILE"] = (writer, arguments) => Offset(writer, arguments, "ntile", 0),
    };

    /// <summary>Writes the call of the function whose name stands there.</summary>
    /// <exception cref="BigQueryFault">It is not known here, or called as it can not be.</exception>
    public static void Write(QueryWriter writer, int at)
    {
        var text = writer.Words;
        var name = text[at].Key;
        var arguments = text.Split(at + 2, text.Close(at + 1));
        if (Forms.TryGetValue(name, out var form))
        {
            if (arguments.Count == 0) throw Signature(name);
            form(writer, arguments);
            return;
        }
        if (!Names.TryGetValue(name, out var postgres)) throw BigQueryFault.NotSupported($"The function {text[at].Text}");
        if (arguments.Count == 2 && name is "IFNULL" or "COALESCE" && IsError(text, arguments[^1]))
        {
            var (from, to) = arguments[0];
            writer.Emit("CASE WHEN (").Write(from, to).Emit(") IS NOT NULL THEN").Write(from, to);
            Raise(writer, arguments[1]).Emit("END");
            return;
        }
        writer.Emit($"{postgres}(");
        var withPart = TakePart.Contains(name) && arguments.Count > 1;
        Arguments(writer, withPart ? arguments[..^1] : arguments);
        if (withPart) writer.Emit($", {QueryWriter.Quote(text.Source(arguments[^1].From, arguments[^1].To).ToUpperInvariant())}");
        writer.Emit(")");
    }

    private static Dictionary<string, string> Read(string list) => list.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split('='))
        .ToDictionary(pair => pair[0], pair => pair is [_, var postgres] ? postgres : pair[0].ToLowerInvariant());

    private static QueryWriter Arguments(QueryWriter writer, List<(int From, int To)> arguments, string separator = ",")
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (i > 0) writer.Emit(separator);
            writer.Write(arguments[i].From, arguments[i].To);
        }
        return writer;
    }

    private static BigQueryFault Signature(string name) => new(400, "invalidQuery", $"No matching signature for function {name}");

    private static bool IsError(SqlText text, (int From, int To) argument) => text.Are(argument.From, "ERROR", "(") && text.Close(argument.From + 1) + 1 == argument.To;

    /// <summary>A branch of a CASE that only fails: it has no type, so that the CASE is of the other branches'.</summary>
    private static QueryWriter Raise(QueryWriter writer, (int From, int To) error) =>
        writer.Emit("WHEN bigquery.raise(").Write(error.From + 2, error.To - 1).Emit(") THEN NULL");

    private static void If(QueryWriter writer, List<(int From, int To)> arguments)
    {
        if (arguments.Count != 3) throw Signature("IF");
        var (condition, then, otherwise) = (arguments[0], arguments[1], arguments[2]);
        writer.Emit("CASE WHEN (").Write(condition.From, condition.To);
        if (IsError(writer.Words, then)) Raise(writer.Emit(") IS NOT TRUE THEN").Write(otherwise.From, otherwise.To), then);
        else if (IsError(writer.Words, otherwise)) Raise(writer.Emit(") THEN").Write(then.From, then.To), otherwise);
        else writer.Emit(") THEN").Write(then.From, then.To).Emit("ELSE").Write(otherwise.From, otherwise.To);
        writer.Emit("END");
    }

    private static void Cast(QueryWriter writer, List<(int From, int To)> arguments, bool isSafe)
    {
        var (from, to) = (arguments[0].From, arguments[^1].To);
        var text = writer.Words;
        var at = text.Find(from, to, "AS");
        var typeAt = at + 1;
        if (at >= to) throw text.Unexpected(to, "keyword AS");
        var type = SqlType.Read(text, ref typeAt);
        if (typeAt < to) throw BigQueryFault.NotSupported("CAST with FORMAT");
        if (type.Name == "JSON")
        {
            if (at != from + 1 || !text.Is(from, "NULL")) throw new BigQueryFault(400, "invalidQuery", "Invalid cast to JSON; use PARSE_JSON or TO_JSON");
            writer.Emit("CAST(NULL AS jsonb)");
            return;
        }
        writer.Emit(isSafe ? $"bigquery.safe_{type.Name.ToLowerInvariant()}(" : $"bigquery.to_{type.Name.ToLowerInvariant()}(").Write(from, at);
        writer.Emit(type.Precision is { } precision ? $", {precision}, {type.Scale ?? 0})" : ")");
    }

    private static void Extreme(QueryWriter writer, List<(int From, int To)> arguments, string function)
    {
        Arguments(writer.Emit("CASE WHEN num_nulls("), arguments).Emit($") = 0 THEN {function}(");
        Arguments(writer, arguments).Emit(") END");
    }

    private static void Extract(QueryWriter writer, List<(int From, int To)> arguments)
    {
        var text = writer.Words;
        var (start, to) = (arguments[0].From, arguments[^1].To);
        var from = text.Find(start, to, "FROM");
        if (from >= to || from == start) throw text.Unexpected(from, "keyword FROM");
        var part = text.Source(start, from).ToUpperInvariant();
        var zone = text.Find(from + 1, to, "AT");
        writer.Emit(part switch { "DATE" => "CAST(", "TIME" => "CAST(CAST(", _ => $"bigquery.extract_part({QueryWriter.Quote(part)}, CAST(" });
        writer.Emit("(").Write(from + 1, zone).Emit(")");
        if (zone < to) writer.Emit("AT TIME ZONE").Write(text.Expect(text.Expect(zone + 1, "TIME"), "ZONE"), to);
        writer.Emit(part switch { "DATE" => "AS date)", "TIME" => "AS timestamp) AS time)", _ => "AS timestamp))" });
    }

    private static void StringAggregate(QueryWriter writer, List<(int From, int To)> arguments)
    {
        var text = writer.Words;
        var last = arguments[^1];
        var order = text.Find(last.From, last.To, "ORDER");
        if (text.Find(last.From, last.To, "LIMIT") < last.To) throw BigQueryFault.NotSupported("LIMIT in STRING_AGG");
        arguments[^1] = (last.From, order);
        Arguments(writer.Emit("string_agg("), arguments);
        if (arguments.Count == 1) writer.Emit(", ','");
        writer.Write(order, last.To).Emit(")");
    }

    private static void ArrayAggregate(QueryWriter writer, List<(int From, int To)> arguments)
    {
        var text = writer.Words;
        var (from, to) = (arguments[0].From, arguments[^1].To);
        var limit = text.Find(from, to, "LIMIT");
        var nulls = text.Find(from, limit, "IGNORE", "RESPECT");
        var order = text.Find(from, limit, "ORDER");
        var value = Math.Min(nulls, order);
        writer.Emit("((array_agg(").Write(from, value).Write(order, limit).Emit(")");
        if (text.Is(nulls, "IGNORE")) writer.Emit("FILTER (WHERE (").Write(text.Is(from, "DISTINCT") ? from + 1 : from, value).Emit(") IS NOT NULL)");
        writer.Emit(")");
        if (limit < to) writer.Emit("[1:(").Write(limit + 1, to).Emit(")::integer]");
        writer.Emit(")");
    }

    /// <summary>Postgres counts places in 32 bits.</summary>
    private static void Offset(QueryWriter writer, List<(int From, int To)> arguments, string function, int place)
    {
        writer.Emit($"{function}(");
        for (var i = 0; i < arguments.Count; i++)
        {
            writer.Emit(i > 0 ? ", (" : "(").Write(arguments[i].From, arguments[i].To).Emit(i == place ? ")::integer" : ")");
        }
        writer.Emit(")");
    }
}

using System.Text;
using Landfall.Contracts.Reading;
using Landfall.Hosting;
using Landfall.Rows;
using Npgsql;

namespace Landfall.Reports;

/// <summary>What is asked of a report: a value for each of its parameters, by the rules that cells of files are read by.</summary>
public sealed class Asked
{
    private readonly ValueHolder[] _values;

    private Asked(Report report, ValueHolder[] values, IReadOnlyDictionary<string, string> texts) => (Report, _values, Values) = (report, values, texts);

    public Report Report { get; }

    /// <summary>The values as they were said, or are by default, by name in the report's order; what is NULL is left out.</summary>
    public IReadOnlyDictionary<string, string> Values { get; }

    /// <param name="said">Names and values, as a query's or a job's.</param>
    /// <exception cref="BadParameterException">One of them is not the report's, stands twice, is no value, or is missing.</exception>
    public static Asked Of(Report report, IEnumerable<KeyValuePair<string, string>> said)
    {
        var given = new Dictionary<string, string>();
        foreach (var (name, value) in said)
        {
            if (report.Parameters.All(parameter => parameter.Name != name)) throw Unknown(report, name);
            if (!given.TryAdd(name, value)) throw new BadParameterException($"{name} is said twice", "keep one of the two");
        }
        var (values, texts) = (new ValueHolder[report.Parameters.Count], new OrderedDictionary<string, string>());
        foreach (var (index, parameter) in report.Parameters.Index())
        {
            var text = given.GetValueOrDefault(parameter.Name, parameter.Default ?? "");
            values[index] = Value(parameter, text, given.ContainsKey(parameter.Name));
            if (text.Length > 0) texts.Add(parameter.Name, text);
        }
        return new(report, values, texts);
    }

    /// <summary>New parameters for a command, in the order of <see cref="Report.Sql"/>'s numbers.</summary>
    internal IEnumerable<NpgsqlParameter> Parameters() => _values.Zip(Report.Parameters, (value, parameter) => value.Parameter(parameter.Column.Type));

    private static ValueHolder Value(ReportParameter parameter, string text, bool isSaid)
    {
        var name = parameter.Name;
        if (isSaid && string.IsNullOrWhiteSpace(text)) throw new BadParameterException($"{name} has no value", parameter.Default is { } usual ? $"leave it out for {usual}" : $"write {name}=…");
        if (!isSaid && parameter.Required) throw new BadParameterException($"{name} is missing", $"write {name}={parameter.Example ?? "…"}");
        var value = new ValueHolder();
        if (CellBinder.Write(parameter.Column, Encoding.UTF8.GetBytes(text), isText: false, value) is not { } broken) return value;
        throw new BadParameterException($"{name} {broken.Expected}; found {Shown(text)}", (parameter.Default ?? parameter.Example) is { } good ? $"write {name}={good}, say" : null);
    }

    private static BadParameterException Unknown(Report report, string name)
    {
        var known = report.Parameters.Select(parameter => parameter.Name).ToList();
        return new($"{report} has no parameter {Shown(name)}", known.Count == 0 ? "it has none" : $"did you mean {NearestName.Of(name.Length <= 100 ? name : name[..100], known)}?");
    }

    private static string Shown(string text) => Spelling.Shown(string.Concat(text.Take(100).Select(c => char.IsControl(c) ? '\uFFFD' : c)));
}

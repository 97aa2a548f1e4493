using System.CommandLine;
using System.Globalization;
using Landfall.Operations;
using Landfall.Tool.Output;

namespace Landfall.Tool.Commands;

/// <summary><c>erase DATASET --key K</c>: a person goes, from tables and quarantine.</summary>
internal sealed class EraseCommand : ToolCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "The contract" };
    private readonly Option<string[]> _key = new("--key") { Description = "The primary key; once for each of its columns, in their order", HelpName = "K", Required = true };
    private readonly Option<string?> _table = new("--table") { Description = "Which table's key it is [default: the first that has one]", HelpName = "TABLE" };

    public EraseCommand(ToolRunner runner) : base(runner, "erase", "Erase somebody: the rows of a key, all that refer to them, and what is in quarantine of them")
    {
        Arguments.Add(_dataset);
        Options.Add(_key);
        Options.Add(_table);
    }

    public override async Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        var contract = context.Contract(line.GetRequiredValue(_dataset));
        context.Sink(contract);
        var erased = await context.Service<Eraser>().EraseAsync(contract, line.GetValue(_table), line.GetRequiredValue(_key), cancellationToken);
        context.Output.Answer(
            people =>
            {
                people.Table(["table", "rows erased#"], erased.Tables.Select(table => (IReadOnlyList<string?>)[table.Table, $"{table.Removed}"]));
                people.Line(string.Create(CultureInfo.InvariantCulture, $"{erased.Rejects} rejected rows erased, {erased.Objects} objects of the quarantine written anew or deleted"));
                people.Line($"the ledger and a receipt say so, without the key: {erased.Source}");
                people.Line("history keeps:", Styles.Bold);
                foreach (var place in erased.History) people.Line($"  {place}");
            },
            json =>
            {
                json.WriteString("source", erased.Source);
                json.WriteStartArray("tables");
                foreach (var table in erased.Tables)
                {
                    json.WriteStartObject();
                    json.WriteString("table", table.Table);
                    json.WriteNumber("erased", table.Removed ?? 0);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteNumber("rejects", erased.Rejects);
                json.WriteNumber("objects", erased.Objects);
                json.WriteStartArray("history");
                foreach (var place in erased.History) json.WriteStringValue(place);
                json.WriteEndArray();
            });
        return ExitCode.Fine;
    }
}

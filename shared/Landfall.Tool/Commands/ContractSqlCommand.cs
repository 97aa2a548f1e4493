using System.CommandLine;
using Landfall.Contracts;
using Landfall.Sinks.BigQuery;
using Landfall.Sinks.Postgres;

namespace Landfall.Tool.Commands;

/// <summary><c>contract sql [ID…]</c>: the statements that make a contract's tables, for a warehouse where Landfall may not.</summary>
internal sealed class ContractSqlCommand : ToolCommand
{
    private readonly Argument<string[]> _ids = new("ID") { Description = "Contracts [default: all]", Arity = ArgumentArity.ZeroOrMore };

    public ContractSqlCommand(ToolRunner runner) : base(runner, "sql", "Print the statements that make the tables and views of contracts") => Arguments.Add(_ids);

    public override Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        var contracts = line.GetValue(_ids) is { Length: > 0 } ids ? ids.Select(context.Contract) : context.Contracts.All;
        var scripts = contracts.Select(contract => (contract.Id.Name, Sql: contract.Sink == SinkKind.Postgres ? PostgresScript.Of(contract) : BigQueryScript.Of(contract, new(context.Settings.BucketPrefix, context.Settings.BigQueryConnection)))).ToList();
        context.Output.Answer(
            people => people.Raw(string.Join('\n', scripts.Select(script => script.Sql))),
            json =>
            {
                json.WriteStartObject("sql");
                foreach (var (id, sql) in scripts) json.WriteString(id, sql);
                json.WriteEndObject();
            });
        return Task.FromResult(ExitCode.Fine);
    }
}

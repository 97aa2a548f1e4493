using Landfall.Contracts;
using Landfall.Sinks.BigQuery;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Contracts;
using Xunit;

namespace Landfall.Tests.Sinks;

/// <summary>The committed DDL of shared/contracts.</summary>
public sealed class CommittedScriptsTests
{
    [Fact]
    public void The_committed_scripts_are_what_the_contracts_say() =>
        CommittedFiles.ShouldBe("shared/contracts/sql", ContractReader.Read(Repository.Path("shared/contracts"), null).All
            .ToDictionary(contract => $"{contract.Id}.sql", contract => contract.Sink == SinkKind.Postgres ? PostgresScript.Of(contract) : BigQueryScript.Of(contract)));
}

using Landfall.Hosting;
using Landfall.Hosting.Access;
using Landfall.Reports;
using Landfall.Rest.Tables;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Reports;

/// <summary>A report as the API serves it: to whoever may read all tables that it reads.</summary>
internal sealed class ApiReport(Report report, TableCatalog tables)
{
    private readonly ApiTable[] _tables = [.. tables.All.Where(table => report.Tables.Any(read => read.Contract.Id == table.Contract.Id && read.Table.Name == table.Table.Name && read.Table.Schema == table.Table.Schema))];

    public Report Report { get; } = report;

    public string Name { get; } = report.Name.Name;

    /// <summary>What its rows have.</summary>
    public IReadOnlyList<ApiColumn> Columns { get; } = [.. report.Columns.Select(column => new ApiColumn(column.Column))];

    /// <summary>The tables it reads.</summary>
    public IReadOnlyList<ApiTable> Tables => _tables;

    public bool IsFor(Caller caller) => _tables.All(caller.MayRead);

    /// <exception cref="ProblemException">403.</exception>
    public void Require(Caller caller)
    {
        if (_tables.FirstOrDefault(table => !caller.MayRead(table)) is not { } first) return;
        throw new ProblemException(StatusCodes.Status403Forbidden, $"You may not ask {Name}: it reads {first.Name}, and you may not",
            first.Readers.Count == 0 ? $"the contract {first.Contract.Id} has no role that may" : $"ask {first.Contract.Team}, who own it, for the role {string.Join(" or ", first.Readers.Order(StringComparer.Ordinal))}");
    }
}

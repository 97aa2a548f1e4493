using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Hosting.Access;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Tables;

/// <summary>The tables that contracts declare in Postgres.</summary>
internal sealed class TableCatalog
{
    private readonly Dictionary<string, ApiTable> _byName;

    public TableCatalog(ContractSet contracts)
    {
        All = [.. contracts.All.Where(contract => contract.Sink == SinkKind.Postgres).SelectMany(contract => contract.Tables.Select(table => new ApiTable(contract, table)))];
        _byName = All.ToDictionary(table => table.Name);
        // A contract's id is unique, so that its bare name is, too.
        foreach (var table in All.Where(table => table.Contract.Id == table.Table.Name)) _byName.Add(table.Table.Name.Name, table);
    }

    /// <summary>By contract, in its order.</summary>
    public IReadOnlyList<ApiTable> All { get; }

    /// <param name="name"><c>schema.table</c>, or bare when the table's contract has that id.</param>
    /// <exception cref="ProblemException">404 for a table that is not there, 403 for one that the caller may not read.</exception>
    public ApiTable Readable(string name, Caller caller)
    {
        var table = Find(name, caller);
        return caller.MayRead(table) ? table : throw Forbidden(table, "read", table.Readers);
    }

    /// <inheritdoc cref="Readable"/>
    public ApiTable Writable(string name, Caller caller)
    {
        var table = Find(name, caller);
        return caller.MayWrite(table) ? table : throw Forbidden(table, "write", table.Writers);
    }

    /// <summary>Before a body is read that may be large.</summary>
    /// <exception cref="ProblemException">403: the caller may write no table at all.</exception>
    public void RequireWriter(Caller caller)
    {
        if (!All.Any(caller.MayWrite)) throw new ProblemException(StatusCodes.Status403Forbidden, "You may not write any table", "a contract's roles say who may");
    }

    private ApiTable Find(string name, Caller caller)
    {
        if (_byName.TryGetValue(name, out var table)) return table;
        var known = All.Where(caller.MayRead).Select(t => t.Name).ToList();
        var shown = ProblemException.Shown(name);
        throw new ProblemException(StatusCodes.Status404NotFound, $"There is no table {shown}", known.Count == 0 ? "there is none that you may read" : $"did you mean {NearestName.Of(shown, known)}? GET /tables lists those that you may read");
    }

    private static ProblemException Forbidden(ApiTable table, string what, IReadOnlySet<string> roles) => new(
        StatusCodes.Status403Forbidden, $"You may not {what} {table.Name}",
        roles.Count == 0 ? $"the contract {table.Contract.Id} has no role that may" : $"ask {table.Contract.Team}, who own it, for the role {string.Join(" or ", roles.Order(StringComparer.Ordinal))}");
}

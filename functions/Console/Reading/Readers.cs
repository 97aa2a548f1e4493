using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Hosting.Access;
using Microsoft.AspNetCore.Http;

namespace Landfall.Web.Reading;

/// <summary>Who may look at a dataset: whoever may read a table of it, as in the API.</summary>
internal static class Readers
{
    public static bool MayRead(Caller caller, Contract contract) => contract.Tables.Any(table => caller.HasOneOf(TableRoles.Readers(contract, table)));

    /// <summary>The dataset of an id.</summary>
    /// <exception cref="ProblemException">404: there is none, or not for this caller, who can not tell the two apart.</exception>
    public static Contract Find(this ContractSet contracts, string id, Caller caller) =>
        Identifier.TryParse(id, out var known) && contracts.All.FirstOrDefault(contract => contract.Id == known) is { } found && MayRead(caller, found)
            ? found
            : throw new ProblemException(StatusCodes.Status404NotFound, $"There is no dataset {ProblemException.Shown(id)} that you may read", "the contracts say who may read what, by their roles");
}

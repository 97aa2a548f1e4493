using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Hosting.Access;
using Microsoft.AspNetCore.Http;

namespace Landfall.Functions;

/// <summary>Which file of which dataset a request is about.</summary>
/// <param name="Wish">What it wants.</param>
/// <param name="Contract">The dataset, which takes files.</param>
/// <param name="Name">The object's name, which the contract's pattern has.</param>
/// <param name="Path"><c>/drop/{team}/{dataset}</c>.</param>
internal sealed record DropTarget(DropWish Wish, Contract Contract, string Name, string Path)
{
    private const string Root = "/drop";

    /// <summary>As the caller knows it, without the deployment's prefix.</summary>
    public string Shown => ProblemException.Shown($"{Contract.Object!.Bucket}/{Name}");

    /// <summary>What a query says as <c>name</c>.</summary>
    public string Said => Name[DropName.Folder(Contract.Object!).Length..];

    /// <summary>Where its state is asked for.</summary>
    public string Ask => $"{Path}?name={Uri.EscapeDataString(Said)}";

    /// <summary>The object's media type.</summary>
    public string MediaType => Contract.Format.MediaTypeOf(Name);

    /// <exception cref="ProblemException">400, 403, 404, 405 or 422: there is no such file, or not for this caller.</exception>
    public static DropTarget Read(HttpRequest request, ContractSet contracts, Caller caller)
    {
        // In the local cloud the first segment is the function's prefix; where it is deployed, the path is whole.
        var path = (request.PathBase + request.Path).Value!;
        if (path.Split('/') is not ["", "drop", { Length: > 0 } team, { Length: > 0 } dataset, .. var rest] || rest is not ([] or ["url"]))
            throw new ProblemException(StatusCodes.Status404NotFound, "There is nothing here", $"files go to POST {Root}/<team>/<dataset>?name=<file>, and POST {Root}/<team>/<dataset>/url?name=<file> gives a URL for larger ones");
        var wish = WishOf(request.Method, rest is ["url"]);
        var contract = Find(contracts, caller, team, dataset);
        return new(wish, contract, DropName.Of(contract, request.Query), $"{Root}/{Uri.EscapeDataString(contract.Team)}/{contract.Id}");
    }

    private static DropWish WishOf(string method, bool url)
    {
        if (HttpMethods.IsPost(method)) return url ? DropWish.Url : DropWish.Send;
        if (HttpMethods.IsGet(method) && !url) return DropWish.Ask;
        var allowed = url ? "POST" : "GET, POST";
        throw new ProblemException(StatusCodes.Status405MethodNotAllowed, $"{ProblemException.Shown(method)} is not possible here", $"this path takes {allowed}; with curl a file is sent by --data-binary @file") { Headers = [("Allow", allowed)] };
    }

    private static Contract Find(ContractSet contracts, Caller caller, string team, string dataset)
    {
        // What the caller may not see is, to him, not there.
        var seen = contracts.All.Where(contract => contract.Tables.Any(table => caller.HasOneOf(TableRoles.Readers(contract, table)))).ToList();
        var contract = seen.Find(contract => contract.Team == team && contract.Id.Name == dataset)
            ?? throw new ProblemException(StatusCodes.Status404NotFound, $"There is no dataset {ProblemException.Shown($"{team}/{dataset}")}",
                $"there are, for you: {string.Join(", ", seen.Where(known => known.Object is not null).Select(known => $"{known.Team}/{known.Id}"))}");
        if (contract.Tables.FirstOrDefault(table => !caller.HasOneOf(TableRoles.Writers(contract, table))) is { } table)
            throw new ProblemException(StatusCodes.Status403Forbidden, $"You may not write {table.Schema}.{table.Name}", "its contract's roles say who may; LANDFALL_API_ROLES says who has them");
        return contract.Object is not null ? contract : throw new ProblemException(StatusCodes.Status422UnprocessableEntity, $"{dataset} takes no files: its rows come by the topic {contract.Topic}");
    }
}

using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Hosting.Access;
using Landfall.Landings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Landfall.Functions;

/// <summary>
/// A file by HTTP, for teams that can not reach the bucket: it becomes the object that its contract names, and that object's own event lands it. It reaches Cloud Storage and nothing else.
/// </summary>
public sealed class Drop(ContractSet contracts, CloudStorage storage, Receipts receipts, Gate gate, RateLimit rate, Settings settings, TimeProvider clock) : IHttpFunction
{
    public async Task HandleAsync(HttpContext context)
    {
        var caller = gate.Identify(context.Request);
        rate.Count(context, caller);
        var target = DropTarget.Read(context.Request, contracts, caller);
        var bucket = settings.Bucket(target.Contract.Object!.Bucket);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        ending.CancelAfter(settings.Timeout);
        try
        {
            await (target.Wish switch
            {
                DropWish.Url => DropAnswer.WriteAsync(context, target, bucket, await storage.BeginUploadAsync(bucket, target.Name, target.MediaType, ending.Token), clock.GetUtcNow()),
                DropWish.Send => AnswerAsync(context, target, await new DropUpload(storage, bucket, target).RunAsync(context.Request, ending.Token), context.RequestAborted),
                _ => AnswerAsync(context, target, await FindAsync(bucket, target, ending.Token), ending.Token),
            });
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new ProblemException(StatusCodes.Status408RequestTimeout, $"The request took longer than {settings.Timeout.TotalSeconds} s", $"ask whether it has arrived: GET {target.Ask}; if not, send it again, or ask for an upload URL, which goes on where it broke: POST {target.Path}/url");
        }
    }

    /// <summary>What only this function needs.</summary>
    public static void Services(IServiceCollection services)
    {
        services.TryAddSingleton<Gate>();
        services.TryAddSingleton<RateLimit>();
        services.TryAddScoped<Drop>();
    }

    private async Task AnswerAsync(HttpContext context, DropTarget target, Dropped dropped, CancellationToken cancellationToken)
    {
        var patience = Patience.Of(context.Request);
        var receipt = patience is { } wait
            ? await receipts.WaitAsync(target.Contract, dropped.Version, wait, cancellationToken)
            : target.Wish == DropWish.Ask ? await receipts.FindAsync(target.Contract, dropped.Version, cancellationToken) : null;
        if (patience is not null) context.Response.Headers["Preference-Applied"] = $"wait={patience.Value.TotalSeconds:0}";
        await DropAnswer.WriteAsync(context, target, dropped, settings.Bucket(LandingNames.Receipts), receipt);
    }

    private async Task<Dropped> FindAsync(string bucket, DropTarget target, CancellationToken cancellationToken) =>
        await storage.GetAsync(bucket, target.Name, cancellationToken: cancellationToken) is { } standing
            ? new(standing, standing.Md5Hash, Sent: null)
            : throw new ProblemException(StatusCodes.Status404NotFound, $"There is no {target.Shown} yet", $"POST it to {target.Path}");
}

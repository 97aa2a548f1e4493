using System.Globalization;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Runs;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>What comes as pages: a page is staged, and <c>complete</c> lands its run by the one pipeline.</summary>
public sealed class RunLander(ContractSet contracts, Lander lander)
{
    /// <summary>Stands for the bucket in a run's identity.</summary>
    internal const string Bucket = "runs";

    /// <summary>Takes one message of a run as it was pushed.</summary>
    /// <exception cref="BadEventException">It can not be read, or came by another topic than its contract's; or no contract takes it.</exception>
    /// <inheritdoc cref="TakeAsync(RunMessage, CancellationToken)"/>
    public Task<Receipt?> TakeAsync(PubSubMessage pushed, CancellationToken cancellationToken)
    {
        var message = RunMessages.Read(pushed);
        // An event that a person hands over has no subscription.
        if (contracts.Paged(message.Contract)?.Topic is { } topic && pushed.Subscription.Length > 0 && pushed.Subscription[(pushed.Subscription.LastIndexOf('/') + 1)..] != RunMessages.Subscription(topic))
        {
            throw new BadEventException(
                $"The message of the run '{message.Run}' came by the subscription '{pushed.Subscription}'; the pages of {message.Contract} come by '{RunMessages.Subscription(topic)}', which pushes what is published on the topic '{topic}'. Who may publish there may bring rows of {message.Contract}.");
        }
        return TakeAsync(message, cancellationToken);
    }

    /// <summary>Takes one message of a run.</summary>
    /// <returns>The run's receipt for <c>complete</c>; null for a page.</returns>
    /// <exception cref="BadEventException">No contract takes it.</exception>
    /// <exception cref="RejectException">A page of a time at which nothing can be staged.</exception>
    /// <exception cref="RetryException">As <see cref="Lander.LandAsync(StorageObjectData, CancellationToken)"/>; and while pages of the run are missing.</exception>
    public async Task<Receipt?> TakeAsync(RunMessage message, CancellationToken cancellationToken)
    {
        var contract = contracts.Paged(message.Contract) ?? throw new BadEventException(
            $"The run message is for the contract '{message.Contract}', which takes none; those that do: {string.Join(", ", contracts.All.Where(c => c.Topic is not null).Select(c => c.Id.Name).DefaultIfEmpty("none"))}.");
        var source = new Source(contract, new(Bucket, $"{message.Contract}/{message.Run}", message.Generation, message.At, 0), null);
        if (message is CompleteMessage complete) return await lander.LandAsync(source, complete, cancellationToken).ConfigureAwait(false);
        await StageAsync(source, (PageMessage)message, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async Task StageAsync(Source source, PageMessage page, CancellationToken cancellationToken)
    {
        using var step = LandingSteps.Begin(LandingSteps.Page);
        var sink = lander.RunSink(source.Contract);
        try
        {
            await sink.PrepareAsync(source.Contract, cancellationToken).ConfigureAwait(false);
            await new PageStager(sink, source, page).StageAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RejectException e)
        {
            throw new RejectException($"{source.Version}, page {page.Page.ToString(CultureInfo.InvariantCulture)}: {e.Message}", e.Hint, e.Line, e.Column, e.Rule);
        }
        catch (Exception e) when (sink.Classify(e) is { } verdict)
        {
            // Without the original, whose text may quote rows; and no page is at fault for what its table is.
            throw new RetryException(verdict.Message, verdict.Hint);
        }
    }
}

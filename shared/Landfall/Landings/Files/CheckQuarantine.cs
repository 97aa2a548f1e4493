using Landfall.Rows;

namespace Landfall.Landings.Files;

/// <summary>Tells rejects, and keeps none.</summary>
internal sealed class CheckQuarantine(RejectFound found) : Quarantine
{
    public override string? Uri => null;

    public override Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private protected override Task WriteAsync(Reject reject, ReadOnlySpan<byte> raw, CancellationToken cancellationToken)
    {
        found(reject, raw);
        return Task.CompletedTask;
    }
}

using Landfall.Cloud;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;

namespace Landfall.Landings.Files;

/// <summary>The rows of a file on this machine. Of a refused one nothing is kept: its sender has it.</summary>
/// <param name="open">The file from its first byte; called once a reading.</param>
/// <param name="quarantine">Takes an attempt's rejects.</param>
internal sealed class DiskIntake(Func<Stream> open, Func<Quarantine> quarantine, ISink sink, Source source, TimeProvider clock, ILogger progress) : FileIntake(sink, source, clock, progress)
{
    public override Quarantine OpenQuarantine(Guid attempt) => quarantine();

    public override Task<bool> KeepAsync(Guid attempt, CancellationToken cancellationToken) => Task.FromResult(true);

    public override Task<StoredObject?> StandingAsync(CancellationToken cancellationToken) => Task.FromResult<StoredObject?>(Source.Version);

    private protected override Task<Stream> OpenAsync(CancellationToken cancellationToken) => Task.FromResult(open());
}

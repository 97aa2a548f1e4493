using Landfall.Cloud;
using Landfall.Landings;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Landfall.Rest.Writing.Uploads;

/// <summary>The rows of an uploaded file. What is rejected goes into <c>landfall.rejects</c>; of a refused file nothing is kept: its sender has it, and no bucket is reached from here.</summary>
internal sealed class UploadIntake(SpooledFile file, NpgsqlDataSource database, ISink sink, Source source, TimeProvider clock, ILogger progress) : FileIntake(sink, source, clock, progress)
{
    private readonly TimeProvider _clock = clock;

    public override Quarantine OpenQuarantine(Guid attempt) => new TableQuarantine(database, Source, $"{Source.Contract.Tables[0]}", _clock);

    public override Task<bool> KeepAsync(Guid attempt, CancellationToken cancellationToken) => Task.FromResult(true);

    public override Task<StoredObject?> StandingAsync(CancellationToken cancellationToken) => Task.FromResult<StoredObject?>(Source.Version);

    private protected override Task<Stream> OpenAsync(CancellationToken cancellationToken) => Task.FromResult(file.Open());
}

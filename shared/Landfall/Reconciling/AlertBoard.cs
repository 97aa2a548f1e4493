using System.Collections.Concurrent;
using Landfall.Cloud;
using Microsoft.Extensions.Logging;

namespace Landfall.Reconciling;

/// <summary>
/// The alerts that stand, each an object: it comes into being once, and whoever makes it says so; it goes once, and whoever deletes it says so. A tick clears only what stood when it began,
/// so that of two ticks at once none clears what the other has just raised.
/// </summary>
internal sealed class AlertBoard
{
    private const string Folder = "_alerts/";

    private readonly CloudStorage _storage;
    private readonly string _bucket;
    private readonly ILogger _log;
    private readonly Guid _tick = Guid.NewGuid();
    private readonly Dictionary<string, StoredObject> _standing = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _kept = new(StringComparer.Ordinal);

    private AlertBoard(CloudStorage storage, string bucket, ILogger log) => (_storage, _bucket, _log) = (storage, bucket, log);

    /// <param name="storage">Where they are.</param>
    /// <param name="bucket">The bucket's full name.</param>
    /// <param name="log">Who is told.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public static async Task<AlertBoard> OpenAsync(CloudStorage storage, string bucket, ILogger log, CancellationToken cancellationToken)
    {
        var board = new AlertBoard(storage, bucket, log);
        await foreach (var alert in storage.ListAsync(bucket, Folder, cancellationToken).ConfigureAwait(false)) board._standing[alert.Name] = alert;
        return board;
    }

    /// <summary>The alerts that stand, and since when.</summary>
    public static async Task<IReadOnlyList<(AlertFile Alert, DateTimeOffset Since)>> ReadAsync(CloudStorage storage, string bucket, CancellationToken cancellationToken)
    {
        var alerts = new List<(AlertFile, DateTimeOffset)>();
        await foreach (var found in storage.ListAsync(bucket, Folder, cancellationToken).ConfigureAwait(false))
        {
            var stream = await storage.OpenReadAsync(found, cancellationToken).ConfigureAwait(false);
            if (stream is null) continue;
            await using (stream.ConfigureAwait(false))
            {
                using var bytes = new MemoryStream();
                await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
                if (ReconcileJson.ReadAlert(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) is { } alert) alerts.Add((alert, found.TimeCreated));
            }
        }
        return alerts;
    }

    /// <summary>Says it, unless it stands already.</summary>
    public async Task RaiseAsync(Alert alert, CancellationToken cancellationToken)
    {
        var name = Name(alert.Contract, alert.Kind);
        if (!_kept.TryAdd(name, true) || _standing.ContainsKey(name)) return;
        // Of two ticks at once one makes the object.
        if (await _storage.WriteAsync(_bucket, name, ReconcileJson.Write(AlertFile.Of(alert, _tick)), "application/json", ifGenerationMatch: 0, cancellationToken).ConfigureAwait(false) is null) return;
        _log.Raised(alert.Word, alert.Contract, alert.Detail, alert.Owner, alert.Support ?? "no channel", alert.Runbook, alert.Command);
    }

    /// <summary>This tick does not know: what stands of the kind stays.</summary>
    public void Keep(string contract, AlertKind kind) => _kept.TryAdd(Name(contract, kind), true);

    /// <summary>Clears what has stood and was neither raised nor kept.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, alert) in _standing.Where(standing => !_kept.ContainsKey(standing.Key)))
        {
            if (!await _storage.DeleteAsync(_bucket, name, alert.Generation, cancellationToken).ConfigureAwait(false)) continue;
            var parts = name[Folder.Length..^".json".Length].Split('/');
            _log.Cleared(parts[^1], parts[0], alert.TimeCreated);
        }
    }

    private static string Name(string contract, AlertKind kind) => $"{Folder}{contract}/{Alert.WordOf(kind)}.json";
}

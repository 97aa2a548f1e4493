using Landfall.Cloud;
using Landfall.Hosting;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;

namespace Landfall.Landings.Announcing;

/// <summary>
/// Tells others how a landing ended: its receipt on a topic, so that whoever needs the rows can begin, and OpenLineage run events. At least once: it is told before the receipt is written, and
/// again by whoever finds that the receipt is missing.
/// </summary>
public sealed class LandingAnnouncer
{
    /// <summary>A collector that does not answer holds up the next landing no longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly PubSubClient? _topics;
    private readonly string? _topic;
    private readonly LineageWriter? _lineage;
    private readonly Uri? _collector;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    /// <param name="settings">Where to tell: <see cref="Settings.LandingsTopic"/> and <see cref="Settings.OpenLineage"/>.</param>
    /// <param name="topics">Null where no project is known.</param>
    /// <param name="http">For the collector of lineage.</param>
    /// <param name="clock">Time.</param>
    /// <param name="logs">Lineage goes to the category <c>Landfall.Lineage</c> where no collector is set.</param>
    /// <exception cref="FormatException">There is a topic, and no project that it could be in.</exception>
    public LandingAnnouncer(Settings settings, PubSubClient? topics, HttpClient http, TimeProvider clock, ILoggerFactory logs)
    {
        if (settings.LandingsTopic is not null && topics is null) throw new FormatException("LANDFALL_LANDINGS_TOPIC is set, and GOOGLE_CLOUD_PROJECT, where the topic is, is not.");
        (_topics, _topic, _http, _clock, _log) = (topics, settings.LandingsTopic, http, clock, logs.CreateLogger("Landfall.Lineage"));
        if (settings.OpenLineage is null) return;
        _lineage = new(settings);
        _collector = settings.OpenLineage == Settings.ToTheLog ? null : new(settings.OpenLineage);
    }

    /// <summary>Whether anybody is told.</summary>
    public bool IsOn => _topic is not null || _lineage is not null;

    /// <exception cref="RetryException">The topic did not take it: it is tried again with the landing, which has ended and is found so.</exception>
    internal async Task AnnounceAsync(LedgerEntry entry, Receipt receipt, CancellationToken cancellationToken)
    {
        if (_topic is not null)
        {
            var attributes = new Dictionary<string, string>
            {
                ["contract"] = entry.Source.Contract.Id.Name, ["team"] = entry.Source.Contract.Team, ["outcome"] = receipt.Outcome, ["landing_id"] = receipt.LandingId ?? "",
            };
            await _topics!.PublishAsync(_topic, [new(ReceiptJson.Write(receipt), attributes)], cancellationToken).ConfigureAwait(false);
        }
        if (_lineage is null) return;
        foreach (var runEvent in _lineage.Write(entry)) await TellAsync(runEvent, receipt.Source, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lineage is a picture of what happened: a collector that is away keeps no landing from ending.</summary>
    private async Task TellAsync(byte[] runEvent, string source, CancellationToken cancellationToken)
    {
        if (_collector is null)
        {
            _log.Lineage(System.Text.Encoding.UTF8.GetString(runEvent));
            return;
        }
        using var patience = new CancellationTokenSource(Patience, _clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var content = new ReadOnlyMemoryContent(runEvent) { Headers = { ContentType = new("application/json") } };
            using var response = await _http.PostAsync(_collector, content, ending.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) _log.LineageLost(source, $"the collector answered {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            _log.LineageLost(source, e is HttpRequestException ? e.Message : "the collector did not answer in time");
        }
    }
}

using System.Net;
using System.Text;
using Npgsql;

namespace Landfall.Local.PubSub;

/// <summary>Pushes what is due, a bounded number at a time, in no promised order.</summary>
/// <param name="queue">Whose messages.</param>
/// <param name="chaos">What goes wrong on purpose; null for nothing.</param>
/// <param name="clock">Time.</param>
/// <param name="concurrency">Deliveries at a time.</param>
public sealed class PushDispatcher(MessageQueue queue, Chaos? chaos, TimeProvider clock, int concurrency) : IAsyncDisposable
{
    private readonly HttpClient _http =
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    private readonly SemaphoreSlim _slots = new(concurrency);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>Called with a delivery that was the last one: the message is in its dead-letter topic now.</summary>
    public Action<Delivery>? Buried { get; set; }

    public void Start() => _loop = Task.Run(LoopAsync, CancellationToken.None);

    /// <summary>
    /// Begins no more deliveries, and gives those under way ten seconds, as Cloud Run does. What is cut off is delivered again at the next start.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _abort.CancelAfter(TimeSpan.FromSeconds(10));
        for (var slot = 0; slot < concurrency; slot++) await _slots.WaitAsync(CancellationToken.None);

        _http.Dispose();
        _slots.Dispose();
        _stop.Dispose();
        _abort.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var free = 0;
            try
            {
                await _slots.WaitAsync(_stop.Token);
                free = 1;
                while (_slots.Wait(0, CancellationToken.None)) free++;

                var claimed = await queue.ClaimAsync(free, CancellationToken.None);
                var starved = claimed.Count < free;
                foreach (var delivery in claimed)
                {
                    free--;
                    _ = DeliverAsync(delivery);
                }

                Free(ref free);
                if (starved) await queue.WaitAsync(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
            }
            catch (NpgsqlException)
            {
                // Postgres is away; the messages are not.
                Free(ref free);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, _stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }
    }

    private void Free(ref int slots)
    {
        if (slots > 0) _slots.Release(slots);

        slots = 0;
    }

    private async Task DeliverAsync(Delivery delivery)
    {
        try
        {
            var (fault, wait) = chaos?.Next(delivery) ?? default;
            if (fault == Fault.Delayed) await Task.Delay(wait, clock, _abort.Token);

            var taken = fault switch
            {
                Fault.Dropped or Fault.Reordered => false,
                Fault.Doubled => (await Task.WhenAll(PushAsync(delivery), PushAsync(delivery))).All(acknowledged => acknowledged),
                _ => await PushAsync(delivery),
            };
            if (fault is Fault.Repeated or Fault.Reordered)
            {
                await queue.PutBackAsync(delivery.Id, wait, CancellationToken.None);
            }
            else if (fault is Fault.Dropped or Fault.AnswerLost)
            {
                await queue.PutBackAsync(delivery.Id, delivery.Subscription.Backoff(delivery.Attempt), CancellationToken.None);
            }
            else if (taken)
            {
                await queue.AcknowledgeAsync(delivery.Id, CancellationToken.None);
            }
            else if (delivery.Subscription.DeadLetterTopic is not null && delivery.Attempt >= delivery.Subscription.MaxDeliveryAttempts)
            {
                await queue.BuryAsync(delivery, CancellationToken.None);
                Buried?.Invoke(delivery);
            }
            else
            {
                await queue.PutBackAsync(delivery.Id, delivery.Subscription.Backoff(delivery.Attempt), CancellationToken.None);
            }
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or PubSubException)
        {
            // Not settled: it stays taken, and the next start delivers it again.
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <returns>
    /// Whether the receiver took it. Pub/Sub takes these answers for a yes, and every other for a no. (Its 102 is an interim answer, which no HTTP
    /// client of
    /// .NET shows; the final answer behind it counts.)
    /// </returns>
    private async Task<bool> PushAsync(Delivery delivery)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);
        deadline.CancelAfter(delivery.Subscription.AckDeadline);
        try
        {
            using var content = new StringContent(delivery.ToPush().ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await _http.PostAsync(delivery.Subscription.PushEndpoint, content, deadline.Token);
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted or HttpStatusCode.NoContent;
        }
        catch (OperationCanceledException) when (!_abort.IsCancellationRequested)
        {
            return false;   // too late
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
        {
            return false;   // nobody there, an answer that broke off, an address that is none
        }
    }
}

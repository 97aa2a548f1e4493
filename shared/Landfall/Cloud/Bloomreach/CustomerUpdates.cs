using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Landfall.Cloud;

/// <summary>
/// Sets a property of customers at Bloomreach, in batches (https://documentation.bloomreach.com/engagement/reference/batch-commands-2), far below the 6,000 requests a
/// minute that an address may send.
/// </summary>
/// <param name="client">Who asks.</param>
/// <param name="clock">Time.</param>
/// <param name="patience">How long to try each batch.</param>
public sealed class CustomerUpdates(BloomreachClient client, TimeProvider clock, TimeSpan patience)
{
    /// <summary>The most commands of a batch.</summary>
    public const int MaxCommands = 50;

    private const int MaxReplyBytes = 1 << 20;

    /// <summary>Requests under way at a time.</summary>
    private const int Requests = 8;

    /// <summary>From the beginning of one request to that of the next.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <summary>For one batch and its answer, however often it is sent.</summary>
    private readonly TimeSpan _limit = patience + TimeSpan.FromSeconds(30);

    /// <param name="property">Which one.</param>
    /// <param name="values">The customers' hard ids (<c>registered</c>) and the values.</param>
    /// <param name="at">When it was so, to the second: a customer of whom something later is known keeps that. So all of it may be sent again.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RetryException">Some were not taken; all batches were sent nevertheless, unless Bloomreach could not be reached.</exception>
    public async Task SendAsync(string property, IAsyncEnumerable<(string Registered, string Value)> values, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        var (sent, failed, why) = (0L, 0L, (string?)null);
        var pace = new SemaphoreSlim(1);
        // In any order: each says of when it is.
        await Parallel.ForEachAsync(BatchesAsync(values, cancellationToken), new ParallelOptions { MaxDegreeOfParallelism = Requests, CancellationToken = cancellationToken }, async (batch, token) =>
        {
            await pace.WaitAsync(token).ConfigureAwait(false);
            var free = Task.Delay(Pace, clock, CancellationToken.None).ContinueWith(_ => pace.Release(), TaskScheduler.Default);
            var (refused, words) = await SendAsync(property, batch, at, token).ConfigureAwait(false);
            Interlocked.Add(ref sent, batch.Length);
            Interlocked.Add(ref failed, refused);
            if (words is not null) Interlocked.CompareExchange(ref why, words, null);
            await free.ConfigureAwait(false);
        }).ConfigureAwait(false);
        if (failed > 0)
            throw new RetryException($"Bloomreach has not taken {failed} of {sent} customers' {property}{(why is null ? "" : ": " + why)}", "What it has taken stands; all of it is sent again, which changes nothing twice.");
    }

    /// <returns>How many of a batch were not taken, and why.</returns>
    private async Task<(int Refused, string? Words)> SendAsync(string property, (string, string)[] batch, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var reply = await client.PostAsync("track/v2", "batch", Body(property, batch, at), "Customer properties > Set", patience, either.Token).ConfigureAwait(false);
            await using (reply.ConfigureAwait(false)) return Check(await ReadAsync(reply, either.Token).ConfigureAwait(false), batch.Length);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (batch.Length, $"it has not answered within {_limit.TotalSeconds:0} s");
        }
    }

    private static async IAsyncEnumerable<(string, string)[]> BatchesAsync(IAsyncEnumerable<(string Registered, string Value)> values, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<(string, string)>(MaxCommands);
        await foreach (var value in values.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            batch.Add(value);
            if (batch.Count < MaxCommands) continue;
            yield return [.. batch];
            batch.Clear();
        }
        if (batch.Count > 0) yield return [.. batch];
    }

    private static ReadOnlyMemory<byte> Body(string property, (string Registered, string Value)[] batch, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("commands"u8);
        foreach (var (registered, value) in batch)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, "customers"u8);
            json.WriteStartObject("data"u8);
            json.WriteStartObject("customer_ids"u8);
            json.WriteString("registered"u8, registered);
            json.WriteEndObject();
            json.WriteStartObject("properties"u8);
            json.WritePropertyName(property);
            // A number where it is one to the letter, so that it is exported as it stands here.
            if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == value) json.WriteNumberValue(number);
            else json.WriteStringValue(value);
            json.WriteEndObject();
            json.WriteNumber("update_timestamp"u8, at.ToUnixTimeSeconds());
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream reply, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxReplyBytes];
        try
        {
            return bytes.AsMemory(0, await reply.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false));
        }
        catch (IOException)
        {
            throw new RetryException("Bloomreach's reply to a batch broke off", "All of it is sent again, which changes nothing twice.");
        }
    }

    /// <returns>How many of the commands it does not say to have carried out, and what it says of the first.</returns>
    private (int Refused, string? Words) Check(ReadOnlyMemory<byte> reply, int commands)
    {
        try
        {
            using var document = JsonDocument.Parse(reply);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("results", out var results) || results.ValueKind != JsonValueKind.Array || results.GetArrayLength() != commands)
                return (commands, client.Explain(reply) ?? "its reply has not one result a command");
            var refused = results.EnumerateArray().Where(result => result.ValueKind != JsonValueKind.Object || !result.TryGetProperty("success", out var success) || success.ValueKind != JsonValueKind.True).ToList();
            return (refused.Count, refused is [var first, ..] ? client.Explain(System.Text.Encoding.UTF8.GetBytes(first.GetRawText())) : null);
        }
        catch (JsonException)
        {
            return (commands, "its reply is no JSON");
        }
    }
}

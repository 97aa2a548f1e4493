using System.Buffers;
using System.Globalization;
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

    /// <summary>From the beginning of one request to that of the next.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <param name="property">Which one.</param>
    /// <param name="values">The customers' hard ids (<c>registered</c>) and the values.</param>
    /// <param name="at">When it was so, to the second: a customer of whom something later is known keeps that. So all of it may be sent again.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RetryException">Some were not taken; all batches were sent nevertheless, unless Bloomreach could not be reached.</exception>
    public async Task SendAsync(string property, IAsyncEnumerable<(string Registered, string Value)> values, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        var (sent, failed, why) = (0L, 0L, (string?)null);
        var batch = new List<(string, string)>(MaxCommands);
        await foreach (var value in values.ConfigureAwait(false))
        {
            batch.Add(value);
            if (batch.Count == MaxCommands) await FlushAsync().ConfigureAwait(false);
        }
        if (batch.Count > 0) await FlushAsync().ConfigureAwait(false);
        if (failed > 0)
            throw new RetryException($"Bloomreach has not taken {failed} of {sent} customers' {property}{(why is null ? "" : ": " + why)}", "What it has taken stands; all of it is sent again, which changes nothing twice.");

        async Task FlushAsync()
        {
            var started = clock.GetTimestamp();
            var reply = await client.PostAsync("track/v2", "batch", Body(property, batch, at), "Customer properties > Set", patience, cancellationToken).ConfigureAwait(false);
            await using (reply.ConfigureAwait(false))
            {
                var (refused, words) = Check(await ReadAsync(reply, cancellationToken).ConfigureAwait(false), batch.Count);
                (sent, failed, why) = (sent + batch.Count, failed + refused, why ?? words);
            }
            batch.Clear();
            if (Pace - clock.GetElapsedTime(started) is { Ticks: > 0 } wait) await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static ReadOnlyMemory<byte> Body(string property, List<(string Registered, string Value)> batch, DateTimeOffset at)
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

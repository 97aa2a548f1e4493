using Landfall.Cloud;
using Landfall.Events;

namespace Landfall.Runs;

/// <summary>
/// The public format of pages: one JSON object a message, of <c>version</c> 1. Any system may publish it to a contract's topic; this room's README describes it.
/// </summary>
public static class RunMessages
{
    /// <summary>The only version there is.</summary>
    public const int Version = 1;

    /// <summary>Attributes of a message that repeat what its data says.</summary>
    public const string ContractAttribute = "landfall-contract", RunAttribute = "landfall-run", KindAttribute = "landfall-kind";

    /// <summary>The short name of the subscription that pushes what is published on a contract's topic: so a message can not come by the topic of another.</summary>
    public static string Subscription(string topic) => $"pages-{topic}";

    internal const string Page = "page", Complete = "complete";

    /// <exception cref="BadEventException">The data is no such message; whatever the bytes are, nothing else is thrown for them.</exception>
    public static RunMessage Read(PubSubMessage message) => Read(message.Data);

    /// <param name="data">Kept: a page's rows are slices of it.</param>
    /// <inheritdoc cref="Read(PubSubMessage)"/>
    public static RunMessage Read(ReadOnlyMemory<byte> data) => RunMessageReader.Read(data);

    /// <returns>The message with its attributes, the same bytes each time.</returns>
    /// <exception cref="ArgumentException">It is none that <see cref="Read(PubSubMessage)"/> would take.</exception>
    public static Publication Write(RunMessage message) => new(
        RunMessageWriter.Write(message),
        new Dictionary<string, string>
        {
            [ContractAttribute] = message.Contract,
            [RunAttribute] = message.Run,
            [KindAttribute] = message is PageMessage ? Page : Complete,
        });
}

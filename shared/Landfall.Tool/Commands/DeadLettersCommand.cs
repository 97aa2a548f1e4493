using System.CommandLine;
using System.Globalization;
using Landfall.Cloud;
using Landfall.Operations;
using Landfall.Tool.Output;

namespace Landfall.Tool.Commands;

/// <summary><c>deadletters</c>: messages that were given up, and their way back.</summary>
internal sealed class DeadLettersCommand : ToolCommand
{
    private readonly Option<bool> _redrive = new("--redrive") { Description = "Send them again to the topics from which they came" };

    public DeadLettersCommand(ToolRunner runner) : base(runner, "deadletters", "Messages that were given up; with --redrive they are sent again") => Options.Add(_redrive);

    public override async Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        if (context.Settings.Project is null) throw new UsageException("which project? GOOGLE_CLOUD_PROJECT is not set", "set it to the project of the subscriptions, or name a local cloud with --home .landfall");
        var redriver = context.Service<Redriver>();
        if (!line.GetValue(_redrive))
        {
            var found = await redriver.LookAsync(cancellationToken);
            context.Output.Answer(
                people =>
                {
                    if (found.Count > 0) people.Table(["message", "since", "from", "what"], found.Select(one => (IReadOnlyList<string?>)[one.Message.MessageId, $"{one.Message.Published:u}", From(one.Message), What(one.Message)]));
                    people.Line(found.Count == 0 ? "no message was given up" : "they wait on; --redrive sends them again");
                },
                json => Write(json, "waiting", found.Select(one => one.Message)));
            return found.Count == 0 ? ExitCode.Fine : ExitCode.Fault;
        }
        var (sent, stranded) = await redriver.RedriveAsync(cancellationToken);
        context.Output.Answer(
            people =>
            {
                people.Line(string.Create(CultureInfo.InvariantCulture, $"{sent} messages were sent again"), Styles.Good);
                foreach (var message in stranded) people.Line($"{message.MessageId} stays: it names no subscription that is there ({From(message)}, {What(message)})", Styles.Warning);
            },
            json =>
            {
                json.WriteNumber("sent", sent);
                Write(json, "stranded", stranded);
            });
        return stranded.Count == 0 ? ExitCode.Fine : ExitCode.Fault;
    }

    private static string From(PeekedMessage message) => message.Attributes.GetValueOrDefault("CloudPubSubDeadLetterSourceSubscription") ?? "";

    /// <summary>What it is about, as far as its attributes say.</summary>
    private static string What(PeekedMessage message) => message.Attributes.GetValueOrDefault("objectId") is { } name
        ? $"{message.Attributes.GetValueOrDefault("bucketId")}/{name}#{message.Attributes.GetValueOrDefault("objectGeneration")}"
        : string.Join(' ', message.Attributes.Where(pair => !pair.Key.StartsWith("CloudPubSub", StringComparison.Ordinal)).Select(pair => $"{pair.Key}={pair.Value}"));

    private static void Write(System.Text.Json.Utf8JsonWriter json, string name, IEnumerable<PeekedMessage> messages)
    {
        json.WriteStartArray(name);
        foreach (var message in messages)
        {
            json.WriteStartObject();
            json.WriteString("message", message.MessageId);
            if (message.Published is { } published) json.WriteString("published", published);
            json.WriteStartObject("attributes");
            foreach (var (key, value) in message.Attributes) json.WriteString(key, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

namespace Landfall.Contracts.Reading;

/// <summary>Whose rows come as pages of runs: <c>topic</c>, the Pub/Sub topic, and <c>export</c>, when the house itself publishes them.</summary>
internal static class TopicPart
{
    private const string Word = "topic", Export = "export";

    /// <summary>What is said of files alone.</summary>
    private static readonly string[] FileWords = ["object", "format", "fetch"];

    public static bool IsOne(YamlMap map) => map.Has(Word);

    /// <param name="draft">Its server is read already.</param>
    /// <param name="map">The contract's <c>landfall</c> map.</param>
    public static void Read(ContractDraft draft, YamlMap map)
    {
        var export = map.Choice(Export, ["bloomreach"]);
        if (!IsOne(map))
        {
            if (map.Has(Export)) map.Fault(Export, "says who publishes the pages of a topic, and there is no 'topic'", "Name the topic; or remove it");
            return;
        }
        foreach (var word in FileWords.Where(map.Has)) map.Fault(word, "is a word for files, and the rows come by 'topic'", "Keep one of the two");
        if (draft.Sink == SinkKind.Postgres) map.Fault(Word, "is for BigQuery, and the server is of the type postgres", "Let the server be of the type bigquery");
        if (export is not null) draft.Export = ExportKind.Bloomreach;
        if (map.Text(Word) is not { } topic) return;
        if (IsTopic(topic)) draft.Topic = topic;
        else map.Fault(Word, $"is {Spelling.Shown(topic)}; expected a topic's id: a letter, and 2 to 254 letters, digits or -._~+%; it may not begin with goog", "Without projects/…/topics/ before it");
    }

    /// <summary>As Pub/Sub names its topics (https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names).</summary>
    private static bool IsTopic(string id) =>
        id.Length is >= 3 and <= 255 && char.IsAsciiLetter(id[0]) && !id.StartsWith("goog", StringComparison.Ordinal)
        && id.All(c => char.IsAsciiLetterOrDigit(c) || "-._~+%".Contains(c, StringComparison.Ordinal));
}

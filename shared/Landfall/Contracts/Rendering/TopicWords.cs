using System.Text;

namespace Landfall.Contracts.Rendering;

/// <summary>What a producer publishes, where, and what a row is.</summary>
internal static class TopicWords
{
    public static string Of(Contract contract)
    {
        var words = new StringBuilder();
        if (contract.Export is { } export) words.Append($"Nothing: it is exported from {export} by its schedule. Who publishes all the same, publishes:\n\n");
        words.Append($"""
            Pages of a run, of at most {Runs.Pages.MaxRows} rows each, and at the end `complete`, to the Pub/Sub topic {Markdown.Code(contract.Topic!)}, as
            [the format of pages](../../Landfall/Runs/README.md) says; `contract` is `{contract.Id}`.

            The pages' `columns`, in any order: {Words.And([.. contract.Feeds.SelectMany(feed => feed.Wanted).Select(Markdown.Code)])}.

            """);
        return words.ToString();
    }
}

using Landfall.Contracts;
using Landfall.Contracts.Rendering;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Landfall.Web.Drawing;

/// <summary>A contract's page, which is Markdown, as HTML: all that it says, and nothing else.</summary>
internal static class ContractHtml
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().Build();

    public static string Of(Contract contract, Links links)
    {
        var page = Markdig.Markdown.Parse(ContractPage.Render(contract), Pipeline);
        // The title is above the page already.
        foreach (var heading in page.OfType<HeadingBlock>().Where(heading => heading.Level == 1).ToList()) page.Remove(heading);
        foreach (var link in page.Descendants<LinkInline>()) link.Url = Address(link.Url ?? "", contract, links);
        return page.ToHtml(Pipeline);
    }

    /// <summary>Pages of other contracts are here, and the contract's own file is this page.</summary>
    private static string Address(string url, Contract contract, Links links)
    {
        if (url.StartsWith("../", StringComparison.Ordinal)) return links.Dataset(contract.Id);
        return url.EndsWith(".md", StringComparison.Ordinal) && Identifier.TryParse(url[..^".md".Length], out var other) ? links.Dataset(other) : url;
    }
}

using System.Text;

namespace Landfall.Contracts.Rendering;

/// <summary>A contract as a page of Markdown for its producers and its readers: everything that it says, and nothing else.</summary>
public static class ContractPage
{
    /// <summary>A day for the sample name. Any day would do; a page must not change with the calendar.</summary>
    private static readonly DateOnly SampleDay = new(2024, 1, 5);

    /// <param name="contract">What to show.</param>
    /// <param name="diagram">The diagram of its schema, as a link from the page; null for none.</param>
    public static string Render(Contract contract, string? diagram = null)
    {
        var page = new StringBuilder();
        page.Append($"<!-- Made of {contract.File}: change that. tests/README.md says how this follows. -->\n\n# {Title(contract)}\n");
        Paragraph(page, Markdown.Text(contract.Purpose));
        if (contract.Limitations is not null) Paragraph(page, $"**Limitations.** {Markdown.Text(contract.Limitations)}");
        if (contract.Usage is not null) Paragraph(page, $"**Usage.** {Markdown.Text(contract.Usage)}");
        Paragraph(page, Markdown.Table(["", ""], Facts(contract)));
        if (contract.Topic is null) Section(page, "What to drop", DropWords.Of(contract, SampleDay));
        else Section(page, "What to publish", TopicWords.Of(contract));
        Section(page, $"Rules for the whole {(contract.Topic is null ? "file" : "run")}", string.Concat(FileRules.Of(contract).Select(rule => $"* {rule}\n")));
        foreach (var table in contract.Tables) Section(page, $"Table {Markdown.Code(table.ToString())}", TableWords.Of(table, contract));
        foreach (var view in contract.Views) Section(page, $"View {Markdown.Code(view.ToString())}", ViewWords.Of(view, contract));
        if (diagram is not null) Paragraph(page, $"[![The tables of {contract.Schema} and how they refer to each other]({diagram})]({diagram})");
        Section(page, "What is promised", Markdown.Table(["promise", "value", "of", "in words"], Promises(contract)));
        Section(page, "Who may do what", Markdown.Table(["role", "access", "in words"],
            contract.Roles.Select(role => (string[])[Markdown.Text(role.Name), Access(role), Markdown.Text(role.Description)])));
        return page.ToString();
    }

    /// <summary>ODCS' <c>name</c>, or else the id.</summary>
    private static string Title(Contract contract) => Markdown.Text(contract.Name ?? contract.Id.Name);

    private static string Access(Role role) => string.Join(" ", ((string[])[Markdown.Text(role.Access), Words.And([.. role.Of.Select(Markdown.Code)])]).Where(part => part.Length > 0));

    private static IEnumerable<IReadOnlyList<string>> Facts(Contract contract)
    {
        yield return ["Contract", $"[`{contract.Id}`](../{contract.File}), version {Markdown.Text(contract.Version)}"];
        yield return ["Owner", contract.TeamDescription is null ? Markdown.Text(contract.Team) : $"{Markdown.Text(contract.Team)}: {Markdown.Text(contract.TeamDescription)}"];
        if (contract.Support.Count > 0) yield return ["Support", string.Join("; ", contract.Support.Select(Channel))];
        if (contract.External is { } external) yield return ["Read by", $"{Words.Name(contract.Sink)}, where the files lie, as the external table {Markdown.Code(external.ToString())}"];
        else yield return ["Lands in", $"{Words.Name(contract.Sink)}: {Words.And([.. contract.Tables.Select(table => Markdown.Code(table.ToString()))])}"];
        if (contract.Views.Count > 0) yield return ["Shown by", Words.And([.. contract.Views.Select(view => Markdown.Code(view.ToString()))])];
        yield return ["Written by", WriteWords.Of(contract)];
        if (contract.Schedule is not null) yield return [contract.Fetch is not null ? "Fetched" : contract.Export is not null ? "Exported" : "Expected", Expected(contract)];
        if (contract is { Schedule: not null, Latency: { } latency }) yield return ["Landed", $"within {Words.Time(latency)} of that"];
        if (contract.Retention is { } retention) yield return ["Retention", Words.Days(retention)];
    }

    private static string Channel(SupportChannel channel)
    {
        var link = Markdown.Link(channel.Channel, channel.Url);
        if (channel.Tool is not null) link += $" ({Markdown.Text(channel.Tool)})";
        return channel.Description is null ? link : $"{link}: {Markdown.Text(channel.Description)}";
    }

    private static string Expected(Contract contract)
    {
        var cron = Markdown.Code(contract.Schedule!.Text);
        var zone = Markdown.Text(contract.TimeZone.Id);
        return ScheduleWords.Of(contract.Schedule) is { } words ? $"{words} {zone} ({cron})" : $"{cron}, by the clock of {zone}";
    }

    private static IEnumerable<IReadOnlyList<string>> Promises(Contract contract) => contract.Sla.Select(promise => (string[])
    [
        Markdown.Text(promise.Property),
        Markdown.Text(string.Join(" ", ((string?[])[promise.ValueExt is null ? promise.Value : $"{promise.Value} to {promise.ValueExt}", promise.Unit]).Where(part => part is not null)))
            + (promise.Schedule is null ? "" : $", {Markdown.Text(promise.Scheduler)} {Markdown.Code(promise.Schedule)}"),
        Markdown.Text(promise.Element),
        Markdown.Text(promise.Description),
    ]);

    private static void Section(StringBuilder page, string title, string text)
    {
        if (text.Length > 0) page.Append($"\n## {title}\n\n{text}");
    }

    private static void Paragraph(StringBuilder page, string text)
    {
        if (text.Length > 0) page.Append($"\n{text.TrimEnd('\n')}\n");
    }
}

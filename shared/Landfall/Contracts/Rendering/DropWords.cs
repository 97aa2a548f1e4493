using System.Text;

namespace Landfall.Contracts.Rendering;

/// <summary>What a producer drops, where, and how it is written.</summary>
internal static class DropWords
{
    public static string Of(Contract contract, DateOnly sample)
    {
        var words = new StringBuilder();
        if (contract.Fetch is { } url) words.Append($"Nothing: it is fetched from {Markdown.Code(url.GetLeftPart(UriPartial.Path))} when that has changed. Who drops it all the same, drops:\n\n");
        var (pattern, example) = (contract.Object!.Text, $"{contract.Object.Bucket}/{contract.Object.Sample(sample)}");
        words.Append(pattern == example ? $"The object {Markdown.Code(pattern)}, again and again.\n\n" : $"An object whose name matches {Markdown.Code(pattern)}, for example:\n\n    {Markdown.OneLine(example, keepSpaces: true)}\n\n");
        if (contract.Object.DateFormat is { } date) words.Append($"`{date}` is the day that the file is of. ");
        words.Append($"{Format(contract)}\n");
        foreach (var feed in contract.Feeds)
        {
            if (Section(contract, feed) is { } section) words.Append($"\n{section}\n");
        }
        return words.ToString();
    }

    private static string Format(Contract contract) => contract.Format.Type switch
    {
        FormatType.Ndjson => $"It is NDJSON: a JSON object a line, in {Encoding(contract)}. {Gzip(contract)}",
        FormatType.Xlsx => "It is an Excel workbook (`.xlsx`).",
        FormatType.Avro => $"It is an Avro object container file. {Gzip(contract)}",
        _ => $"It is CSV (RFC 4180) in {Encoding(contract)}, with {Delimiter(contract.Format.Delimiter)} between the fields. {Gzip(contract)}",
    };

    private static string Gzip(Contract contract) =>
        contract.External is null ? "Gzip is welcome, with `.gz` behind the name." : contract.Object!.IsCompressed ? "It is compressed with gzip." : "It is not compressed.";

    private static string Encoding(Contract contract) => contract.Format.Encoding.ToUpperInvariant();

    private static string Delimiter(char delimiter) => delimiter switch
    {
        ',' => "commas",
        ';' => "semicolons",
        '\t' => "tabs",
        ' ' => "spaces",
        _ => Markdown.Code(delimiter.ToString()),
    };

    private static string? Section(Contract contract, Feed feed)
    {
        var columns = Words.And([.. feed.Wanted.Select(Markdown.Code)]);
        if (feed.Section is { } section) return $"{Place(section)} {LowerFirst(section.Unpivot is { } cross ? Cross(cross) : section.Header ? Header(columns) : Headless(columns))}";
        return contract.Format switch
        {
            { Type: FormatType.Csv, Header: false } => Headless(columns),
            { Type: FormatType.Csv } when contract.External is not null => $"The first line names the columns, in this order: {columns}.",
            { Type: FormatType.Csv } => Header(columns),
            _ => $"A row has these fields: {columns}.",
        };
    }

    private static string LowerFirst(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];

    private static string Header(string columns) => $"The first line names the columns, in any order: {columns}.";

    private static string Headless(string columns) => $"No line names the columns; every row has these, in this order: {columns}.";

    private static string Place(Section section)
    {
        var sheet = section.Sheet is null ? "the first sheet" : $"the sheet {Markdown.Code(section.Sheet)}";
        return section.Range is null ? $"On {sheet}:" : $"On {sheet}, the cells {Markdown.Code(section.Range.ToString())}:";
    }

    private static string Cross(Unpivot cross) =>
        $"It is a cross table: each filled cell is a row. The labels at the left begin in {cross.Rows}, those above in {cross.Columns}, the cells in {cross.Cells}.";
}

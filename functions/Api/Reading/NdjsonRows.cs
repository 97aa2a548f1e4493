using Landfall.Rest.Tables;
using Landfall.Rows;

namespace Landfall.Rest.Reading;

/// <summary>An object a line (https://github.com/ndjson/ndjson-spec).</summary>
internal sealed class NdjsonRows : JsonRows
{
    public override string MediaType => "application/x-ndjson";

    public override string Suffix => "-n";

    public override void Begin(TextBuffer text, IReadOnlyList<ApiColumn> columns)
    {
    }

    public override void BeginRow(TextBuffer text, bool first) => text.Add((byte)'{');

    public override void EndRow(TextBuffer text) => text.Add("}\n"u8);

    public override void End(TextBuffer text)
    {
    }
}

using System.Text.Json.Nodes;
using Landfall.Avro;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Local.BigQuery.Loads;

/// <summary>The formats that are loaded.</summary>
internal static class LoadFormat
{
    /// <summary>The columns that files bring, and what reads one of them.</summary>
    /// <param name="load">A load's configuration.</param>
    /// <param name="files">At least one.</param>
    /// <param name="bad">Takes the rows that can not be read.</param>
    /// <param name="otherwise">The columns, where neither the configuration nor the files say them.</param>
    /// <exception cref="BigQueryFault">It is not known here, or nobody says what the columns are.</exception>
    public static async Task<(IReadOnlyList<TableField> Fields, LoadReader Read)> OfAsync(
        JsonObject load, LoadFile[] files, BadRows bad, Func<Task<IReadOnlyList<TableField>>> otherwise, CancellationToken cancellationToken)
    {
        var format = (string?)load["sourceFormat"] is { Length: > 0 } named ? named : "CSV";
        if (format == "AVRO")
        {
            var avro = new AvroLoad((bool?)load["useAvroLogicalTypes"] is true);
            return (await AvroFieldsAsync(avro, files[^1], cancellationToken), AvroLoad.ReadAsync);
        }
        var fields = load["schema"] is JsonObject schema && schema["fields"] is JsonArray { Count: > 0 } ? TableSchema.Read(schema) : await otherwise();
        var encoding = Encoding(load);
        if (format == "CSV")
        {
            var csv = new CsvLoad(load);
            return (fields, (file, columns, copy, token) => csv.ReadAsync(Text(file), columns, copy, bad, token));
        }
        if (format != "NEWLINE_DELIMITED_JSON") throw BigQueryFault.NotSupported($"The format {format}");
        var ignoresUnknown = (bool?)load["ignoreUnknownValues"] is true;
        return (fields, (file, columns, copy, token) => JsonLoad.ReadAsync(Text(file), columns, ignoresUnknown, copy, bad, token));

        Stream Text(Stream file) => encoding == TextEncodings.Utf8 ? file : new TranscodedStream(file, encoding);
    }

    private static string Encoding(JsonObject load) => (string?)load["encoding"] switch
    {
        null or "" or "UTF-8" or "UTF8" => TextEncodings.Utf8,
        "ISO-8859-1" => "iso-8859-1",
        "UTF-16LE" => "utf-16",
        "UTF-16BE" => "utf-16be",
        var encoding => throw BigQueryFault.NotSupported($"The encoding {encoding}"),
    };

    private static async Task<IReadOnlyList<TableField>> AvroFieldsAsync(AvroLoad avro, LoadFile last, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = await AvroFileReader.OpenAsync(last.Open(), cancellationToken);
            return avro.Columns(file.Schema);
        }
        catch (RejectException e)
        {
            throw BigQueryFault.Invalid($"Error while reading data, error message: The Apache Avro library failed to parse the header with the following error: {e.Message}; file: {last.Name}");
        }
    }
}

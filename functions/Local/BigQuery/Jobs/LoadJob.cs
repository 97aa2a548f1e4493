using System.IO.Compression;
using System.Text.Json.Nodes;
using Landfall.Avro;
using Landfall.Cloud;
using Landfall.Local.BigQuery.Loads;
using Landfall.Local.Storage;
using Landfall.Sinks.Postgres;

namespace Landfall.Local.BigQuery.Jobs;

/// <summary>A load job: files of one format into one table, all or nothing.</summary>
internal sealed class LoadJob(TableWriter writer, ObjectStore objects)
{
    /// <param name="uploaded">The job's own file; null when it names objects.</param>
    public async Task RunAsync(JsonObject job, JsonObject load, StagedFile? uploaded, CancellationToken cancellationToken)
    {
        var target = WriteTarget.Of(load, "WRITE_APPEND");
        LoadFile[] files = uploaded is not null ? [new("the upload", uploaded.Length, uploaded.OpenRead)] : await ObjectsAsync(load, cancellationToken);
        var bad = new BadRows((string?)load["sourceFormat"] is "NEWLINE_DELIMITED_JSON" ? "JSON" : "CSV", load["maxBadRecords"] is { } most ? long.Parse(most.ToString()) : 0);
        var (fields, read) = await FormatAsync(load, target, files, bad, cancellationToken);
        var written = await writer.WriteAsync(target, fields, load, async (copy, columns, token) =>
        {
            foreach (var file in files)
            {
                try
                {
                    await using var bytes = Inflated(file.Open());
                    await read(bytes, columns, copy, token);
                }
                catch (Exception e) when (e is RejectException or InvalidDataException)
                {
                    throw BigQueryFault.Invalid($"Error while reading data, error message: {e.Message}; file: {file.Name}");
                }
            }
        }, cancellationToken);
        var size = files.Sum(file => file.Size);
        job["statistics"]!["load"] = new JsonObject
        {
            ["inputFiles"] = $"{files.Length}",
            ["inputFileBytes"] = $"{size}",
            ["outputRows"] = $"{written}",
            ["outputBytes"] = $"{size}",
            ["badRecords"] = $"{bad.Count}",
        };
    }

    /// <summary>The columns that the files bring, and what reads one of them.</summary>
    private async Task<(IReadOnlyList<TableField> Fields, Func<Stream, IReadOnlyList<TableField>, PgCopyWriter, CancellationToken, Task> Read)> FormatAsync(
        JsonObject load, WriteTarget target, LoadFile[] files, BadRows bad, CancellationToken cancellationToken)
    {
        var format = (string?)load["sourceFormat"] is { Length: > 0 } named ? named : "CSV";
        if (format == "AVRO")
        {
            var avro = new AvroLoad((bool?)load["useAvroLogicalTypes"] is true);
            return (await AvroFieldsAsync(avro, files[^1], cancellationToken), AvroLoad.ReadAsync);
        }
        var fields = load["schema"] is JsonObject schema && schema["fields"] is JsonArray { Count: > 0 } ? TableSchema.Read(schema)
            : await writer.FieldsAsync(target.Name, cancellationToken)
            ?? throw (!target.Creates ? BigQueryFault.NoTable(target.Name)
                : (bool?)load["autodetect"] is true ? BigQueryFault.NotSupported("A schema that is detected (autodetect)") : BigQueryFault.Invalid("No schema specified on job or table."));
        if (format == "CSV")
        {
            var csv = new CsvLoad(load);
            return (fields, (file, columns, copy, token) => csv.ReadAsync(file, columns, copy, bad, token));
        }
        if (format != "NEWLINE_DELIMITED_JSON") throw BigQueryFault.NotSupported($"The format {format}");
        var ignoresUnknown = (bool?)load["ignoreUnknownValues"] is true;
        return (fields, (file, columns, copy, token) => JsonLoad.ReadAsync(file, columns, ignoresUnknown, copy, bad, token));
    }

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

    /// <summary>By name: the last one's schema counts. A generation in a URI is no part of a name, and so nothing is found.</summary>
    private async Task<LoadFile[]> ObjectsAsync(JsonObject load, CancellationToken cancellationToken)
    {
        if (load["sourceUris"] is not JsonArray { Count: > 0 } uris) throw new BigQueryFault(400, "required", "Required parameter is missing: sourceUris");
        var files = new SortedDictionary<string, LoadFile>(StringComparer.Ordinal);
        foreach (var uri in uris.Select(uri => (string)uri!))
        {
            var slash = uri.StartsWith("gs://", StringComparison.Ordinal) ? uri.IndexOf('/', 5) : -1;
            if (slash < 0) throw BigQueryFault.Invalid($"Source URI must be a Google Cloud Storage location: {uri}");
            var (bucket, name, before) = (uri[5..slash], uri[(slash + 1)..], files.Count);
            foreach (var version in await MatchAsync(bucket, name, cancellationToken))
            {
                files[$"gs://{bucket}/{version.Name}"] = new($"gs://{bucket}/{version.Name}", version.Size, () => objects.Open(version) ?? throw new FileNotFoundException(version.Name));
            }
            if (files.Count == before) throw new BigQueryFault(404, "notFound", $"Not found: URI {uri}");
        }
        return [.. files.Values];
    }

    private async Task<IReadOnlyList<ObjectResource>> MatchAsync(string bucket, string name, CancellationToken cancellationToken)
    {
        var star = name.IndexOf('*', StringComparison.Ordinal);
        if (await objects.BucketAsync(bucket, cancellationToken) is null) return [];
        if (star < 0) return await objects.GetAsync(bucket, name, null, cancellationToken) is { } one ? [one] : [];
        var (prefix, suffix, found) = (name[..star], name[(star + 1)..], new List<ObjectResource>());
        for (var options = new ListOptions(prefix); ;)
        {
            var page = await objects.ListAsync(bucket, options, cancellationToken);
            found.AddRange(page.Items.Where(item => item.Name.Length >= name.Length - 1 && item.Name.EndsWith(suffix, StringComparison.Ordinal)));
            if (page.NextPageToken is null) return found;
            options = options with { PageToken = page.NextPageToken };
        }
    }

    /// <summary>The file, out of its gzip if it is in one.</summary>
    private static Stream Inflated(Stream file)
    {
        Span<byte> start = stackalloc byte[2];
        var read = file.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 2 && start is [0x1F, 0x8B] ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}

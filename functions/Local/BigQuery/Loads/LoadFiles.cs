using System.IO.Compression;
using System.Text.Json.Nodes;
using Landfall.Cloud;
using Landfall.Local.Storage;
using Landfall.Sinks.Postgres;

namespace Landfall.Local.BigQuery.Loads;

/// <summary>The files that a load names, by their addresses.</summary>
internal sealed class LoadFiles(ObjectStore objects)
{
    /// <summary>By name: the last one's schema counts. A generation in a URI is no part of a name, and so nothing is found.</summary>
    /// <exception cref="BigQueryFault">An address names nothing, or is none.</exception>
    public async Task<LoadFile[]> FindAsync(JsonObject load, CancellationToken cancellationToken)
    {
        if (load["sourceUris"] is not JsonArray { Count: > 0 } uris) throw new BigQueryFault(400, "required", "Required parameter is missing: sourceUris");
        var files = new SortedDictionary<string, LoadFile>(StringComparer.Ordinal);
        foreach (var uri in uris.Select(uri => (string)uri!))
        {
            var found = await FindAsync(uri, cancellationToken);
            if (found.Count == 0) throw new BigQueryFault(404, "notFound", $"Not found: URI {uri}");
            foreach (var version in found) files[$"gs://{version.Bucket}/{version.Name}"] = File(version);
        }
        return [.. files.Values];
    }

    /// <summary>The objects that an address names; none when it names nothing.</summary>
    /// <exception cref="BigQueryFault">It is none.</exception>
    public async Task<IReadOnlyList<ObjectResource>> FindAsync(string uri, CancellationToken cancellationToken)
    {
        var slash = uri.StartsWith("gs://", StringComparison.Ordinal) ? uri.IndexOf('/', 5) : -1;
        if (slash < 0) throw BigQueryFault.Invalid($"Source URI must be a Google Cloud Storage location: {uri}");
        return await MatchAsync(uri[5..slash], uri[(slash + 1)..], cancellationToken);
    }

    public LoadFile File(ObjectResource version) => new($"gs://{version.Bucket}/{version.Name}", version.Size, () => objects.Open(version) ?? throw new FileNotFoundException(version.Name));

    /// <summary>Reads them all, one after the other.</summary>
    /// <exception cref="BigQueryFault">One of them can not be read.</exception>
    public static async Task ReadAsync(LoadFile[] files, LoadReader read, IReadOnlyList<TableField> columns, PgCopyWriter copy, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            try
            {
                await using var bytes = Inflated(file.Open());
                await read(bytes, columns, copy, cancellationToken);
            }
            catch (Exception e) when (e is RejectException or InvalidDataException)
            {
                throw BigQueryFault.Invalid($"Error while reading data, error message: {e.Message}; file: {file.Name}");
            }
        }
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

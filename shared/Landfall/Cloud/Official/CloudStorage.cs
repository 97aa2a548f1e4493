using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Google.Apis.Http;
using Google.Apis.Storage.v1;
using Google.Apis.Storage.v1.Data;
using Google.Cloud.Storage.V1;

namespace Landfall.Cloud;

/// <summary>
/// Cloud Storage by Google's own client: only what Landfall does with it. What is ordinary (an object that is not there, a precondition that does
/// not hold) is a null; everything else that goes wrong is a <see cref="RetryException"/> with the service's own status and reason. Safe for concurrent use.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Google's client holds nothing but the shared HttpClient.")]
public sealed class CloudStorage
{
    private const string ToCopy = "storage.objects.get and storage.objects.create";

    private readonly OfficialCalls _calls;
    private readonly StorageClient _client;

    /// <param name="endpoint">Where it answers. Credentials (Google's application default) are sent over https only.</param>
    /// <param name="http">Shared by whoever likes; must not decompress, which is <see cref="HttpClient"/>'s default.</param>
    /// <param name="clock">Time.</param>
    /// <param name="jitter">Spreads the retries of many instances.</param>
    public CloudStorage(Uri endpoint, HttpClient http, TimeProvider clock, Random jitter)
    {
        var api = new GoogleApi(
            "Cloud Storage", "https://www.googleapis.com/auth/devstorage.read_write", endpoint, http, clock, jitter,
            missing: "Create the bucket, or check its name and LANDFALL_BUCKET_PREFIX.");
        _calls = new OfficialCalls(api, "Cloud Storage", "Check LANDFALL_STORAGE_ENDPOINT.");
        _client = new StorageClientImpl(new StorageService(new()
        {
            ApplicationName = "Landfall",
            BaseUri = api.Uri("/storage/v1/").AbsoluteUri,
            DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
            GZipEnabled = false,
            HttpClientFactory = new SharedHttp(api),
        }));
        _client.Service.HttpClient.Timeout = Timeout.InfiniteTimeSpan;
        // It would send a part again at once, whatever the service asks for; ObjectUpload waits.
        _client.Service.HttpClient.MessageHandler.NumTries = 1;
    }

    /// <returns>The version of that generation, live or not; without a generation the live one; null when there is none.</returns>
    public async Task<StoredObject?> GetAsync(string bucket, string name, long? generation = null, CancellationToken cancellationToken = default)
    {
        var found = await _calls.RunAsync(
            () => _client.GetObjectAsync(bucket, name, new() { Generation = generation, RetryOptions = RetryOptions.Never }, cancellationToken),
            $"asking for gs://{bucket}/{name}", "storage.objects.get", StatusAs.Missing).ConfigureAwait(false);
        return found?.ToStored();
    }

    /// <summary>
    /// Opens that very version, whatever was written over it since: its bytes as stored, streamed. A lost connection is made good where it broke; to
    /// be read asynchronously.
    /// </summary>
    /// <returns>Null when the version is gone. When it goes later, a read throws <see cref="ObjectGoneException"/>.</returns>
    public async Task<Stream?> OpenReadAsync(StoredObject source, CancellationToken cancellationToken = default)
    {
        var reader = new ObjectReader(_client, _calls, source);
        if (await reader.OpenAsync(cancellationToken).ConfigureAwait(false)) return reader;
        await reader.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>Begins an object, which comes into being by <see cref="ObjectWriter.CompleteAsync"/> only.</summary>
    /// <param name="bucket">The bucket's full name.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="ifGenerationMatch">The generation that must be live when it completes; 0: none.</param>
    /// <param name="metadata">What is noted on it (<see cref="StoredObject.Metadata"/>): at most 8 KiB in all; null for nothing.</param>
    public ObjectWriter OpenWrite(
        string bucket, string name, string contentType, long? ifGenerationMatch = null, IReadOnlyDictionary<string, string>? metadata = null) =>
        new(_client, _calls, new() { Bucket = bucket, Name = name, ContentType = contentType, Metadata = metadata?.ToDictionary() }, ifGenerationMatch);

    /// <summary>
    /// Begins an upload for somebody else: whoever has its URL may PUT that one object, in parts and without any other credential, for a week
    /// (https://cloud.google.com/storage/docs/resumable-uploads#session-uris).
    /// </summary>
    /// <returns>The session's URL. A secret: never printed.</returns>
    public async Task<Uri> BeginUploadAsync(string bucket, string name, string contentType, CancellationToken cancellationToken = default) =>
        (await _calls.RunAsync(
            () => _client.InitiateUploadSessionAsync(bucket, name, contentType, contentLength: null, options: null, cancellationToken),
            $"beginning an upload of gs://{bucket}/{name}", ObjectWriter.Permission, StatusAs.Fault).ConfigureAwait(false))!;

    /// <returns>The new version; null when the precondition does not hold.</returns>
    /// <inheritdoc cref="OpenWrite"/>
    public async Task<StoredObject?> WriteAsync(
        string bucket, string name, ReadOnlyMemory<byte> content, string contentType, long? ifGenerationMatch = null,
        CancellationToken cancellationToken = default)
    {
        var writer = OpenWrite(bucket, name, contentType, ifGenerationMatch);
        await using (writer.ConfigureAwait(false))
        {
            await writer.WriteAsync(content, cancellationToken).ConfigureAwait(false);
            return await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The live objects whose names begin so, ordered by name.</summary>
    public IAsyncEnumerable<StoredObject> ListAsync(string bucket, string prefix = "", CancellationToken cancellationToken = default) => ListAsync(bucket, prefix, "", cancellationToken);

    /// <summary>The live objects whose names begin so, ordered by name, from a name on.</summary>
    public async IAsyncEnumerable<StoredObject> ListAsync(string bucket, string prefix, string from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var options = new ListObjectsOptions { StartOffset = from.Length == 0 ? null : from, RetryOptions = RetryOptions.Never };
        var pages = _client.ListObjectsAsync(bucket, prefix, options).AsRawResponses().GetAsyncEnumerator(cancellationToken);
        await using (pages.ConfigureAwait(false))
        {
            while (await _calls.RunAsync(() => pages.MoveNextAsync().AsTask(), $"listing gs://{bucket}/{prefix}", "storage.objects.list", StatusAs.Fault).ConfigureAwait(false))
            {
                foreach (var item in pages.Current.Items ?? []) yield return item.ToStored();
            }
        }
    }

    /// <summary>
    /// Deletes the live object, or for good the version of that generation. Only the latter is tried again after a lost connection: the former could
    /// hit a newer one.
    /// </summary>
    /// <returns>False when there is none (after a lost reply also when the first attempt deleted it).</returns>
    public Task<bool> DeleteAsync(string bucket, string name, long? generation = null, CancellationToken cancellationToken = default) =>
        _calls.RunAsync(
            async () =>
            {
                await _client.DeleteObjectAsync(bucket, name, new() { Generation = generation, RetryOptions = RetryOptions.Never }, cancellationToken).ConfigureAwait(false);
                return true;
            },
            $"deleting gs://{bucket}/{name}", "storage.objects.delete", StatusAs.Missing);

    /// <summary>Copies that very version within the service: a new version with a generation of its own.</summary>
    /// <param name="source">What to copy.</param>
    /// <param name="bucket">Where to.</param>
    /// <param name="name">What to call it there.</param>
    /// <param name="ifGenerationMatch">The generation that must be live there then, 0 for none; null for whatever is.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>Null when the source (or the bucket) is not there, or the condition does not hold.</returns>
    public async Task<StoredObject?> CopyAsync(StoredObject source, string bucket, string name, long? ifGenerationMatch = null, CancellationToken cancellationToken = default)
    {
        var options = new CopyObjectOptions { SourceGeneration = source.Generation, IfGenerationMatch = ifGenerationMatch, RetryOptions = RetryOptions.Never };
        var copy = await _calls.RunAsync(
            () => _client.CopyObjectAsync(source.Bucket, source.Name, bucket, name, options, cancellationToken),
            $"copying {source} to gs://{bucket}/{name}", ToCopy, StatusAs.MissingOrUnmet).ConfigureAwait(false);
        return copy?.ToStored();
    }

    /// <summary>
    /// Joins object versions of one bucket, one behind the other, within the service (https://cloud.google.com/storage/docs/composing-objects). They stay; the new object has no MD5.
    /// </summary>
    /// <param name="parts">1 to 32, all of the bucket.</param>
    /// <param name="name">The new object's name.</param>
    /// <param name="contentType">Its media type.</param>
    /// <returns>Null when there is an object of the name (after a lost reply also when the first attempt made it).</returns>
    public async Task<StoredObject?> ComposeAsync(IReadOnlyList<StoredObject> parts, string name, string contentType, CancellationToken cancellationToken = default)
    {
        var bucket = parts[0].Bucket;
        var composition = new ComposeRequest
        {
            SourceObjects = [.. parts.Select(part => new ComposeRequest.SourceObjectsData { Name = part.Name, Generation = part.Generation })],
            Destination = new() { ContentType = contentType },
        };
        var request = _client.Service.Objects.Compose(composition, bucket, name);
        request.IfGenerationMatch = 0;
        request.ModifyRequest = message => message.Options.Set(SharedHttp.Repeatable, true);
        var made = await _calls.RunAsync(() => request.ExecuteAsync(cancellationToken), $"composing gs://{bucket}/{name}", ToCopy, StatusAs.Unmet).ConfigureAwait(false);
        return made?.ToStored();
    }
}

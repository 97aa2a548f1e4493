using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Landfall.Cloud;
using Landfall.Local.Storage;
using Landfall.Tests.Local.Storage;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Cloud;

public sealed class CloudStorageTests(StorageServer server) : IClassFixture<StorageServer>
{
    private readonly CloudStorage _storage = server.Client();

    public static TheoryData<string> HostileNames => new(
        "a/b/c.csv", "../up", "..%2Fup", "%2e%2e/x", "%252e", "a%2Fb", "a b", "a+b", "ä/日本/😀", "#fragment?query=1&x", "a//b", "/lead", "trail/", "...", ".hidden",
        "back\\slash", "\"quotes\" 'and' \t<xml>", "semi;colon:@!$*()[]{}|^~`", new string('n', 1024));

    [Theory]
    [MemberData(nameof(HostileNames))]
    public async Task A_name_comes_back_as_it_went(string name)
    {
        var bucket = await server.BucketAsync();
        var content = Encoding.UTF8.GetBytes(name);
        var written = (await _storage.WriteAsync(bucket, name, content, "text/plain"))!;
        written.Name.ShouldBe(name);
        (await server.Store.GetAsync(bucket, name))!.Generation.ShouldBe(written.Generation);
        (await _storage.GetAsync(bucket, name)).ShouldBe(written);
        (await ReadAsync(written)).ShouldBe(content);
        (await ListAsync(bucket)).ShouldBe([written]);
        (await _storage.CopyAsync(written, bucket, name + "2"[(name.Length / 1024)..]))!.Md5Hash.ShouldBe(written.Md5Hash);
        (await _storage.DeleteAsync(bucket, name)).ShouldBeTrue();
        (await _storage.GetAsync(bucket, name)).ShouldBeNull();
    }

    [Fact]
    public async Task Metadata_says_what_was_written()
    {
        var bucket = await server.BucketAsync();
        var before = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        var written = (await _storage.WriteAsync(bucket, "a.csv", "id,name\n"u8.ToArray(), "text/csv"))!;
        written.ShouldSatisfyAllConditions(
            () => written.Bucket.ShouldBe(bucket),
            () => written.Size.ShouldBe(8),
            () => written.ContentType.ShouldBe("text/csv"),
            () => written.ContentEncoding.ShouldBeNull(),
            () => written.Md5Hash.ShouldBe(Convert.ToBase64String(CryptographicOperations.HashData(HashAlgorithmName.MD5, "id,name\n"u8))),
            () => written.TimeCreated.ShouldBeInRange(before, DateTimeOffset.UtcNow.AddSeconds(1)),
            () => written.Generation.ShouldBeGreaterThan(int.MaxValue));
    }

    [Fact]
    public async Task A_version_is_read_by_its_generation_after_overwrite_and_delete()
    {
        var bucket = await server.BucketAsync();
        var first = (await _storage.WriteAsync(bucket, "x", "one"u8.ToArray(), "text/plain"))!;
        var second = (await _storage.WriteAsync(bucket, "x", "two"u8.ToArray(), "text/plain"))!;
        await _storage.DeleteAsync(bucket, "x");
        (await _storage.GetAsync(bucket, "x")).ShouldBeNull();
        (await _storage.GetAsync(bucket, "x", first.Generation)).ShouldBe(first);
        (await ReadAsync(first)).ShouldBe("one"u8.ToArray());
        (await ReadAsync(second)).ShouldBe("two"u8.ToArray());
        (await _storage.DeleteAsync(bucket, "x", first.Generation)).ShouldBeTrue();
        (await _storage.DeleteAsync(bucket, "x", first.Generation)).ShouldBeFalse();
        (await _storage.OpenReadAsync(first)).ShouldBeNull();
        (await ReadAsync(second)).ShouldBe("two"u8.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(2 << 20)]
    [InlineData((5 << 20) + 12345)]
    public async Task Content_of_any_size_comes_back(int size)
    {
        var bucket = await server.BucketAsync();
        var content = new byte[size];
        new Random(size).NextBytes(content);
        await using var writer = _storage.OpenWrite(bucket, "x", "application/octet-stream");
        for (var at = 0; at < size; at += 70_001) await writer.WriteAsync(content.AsMemory(at, Math.Min(70_001, size - at)));
        writer.Position.ShouldBe(size);
        (await _storage.GetAsync(bucket, "x")).ShouldBeNull("an object comes into being by CompleteAsync only");
        var written = (await writer.CompleteAsync())!;
        written.Size.ShouldBe(size);
        (await ReadAsync(written)).ShouldBe(content);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3 << 20)]
    public async Task A_precondition_decides(int size)
    {
        var bucket = await server.BucketAsync();
        var content = new byte[size];
        var first = (await _storage.WriteAsync(bucket, "x", content, "text/plain", ifGenerationMatch: 0))!;
        (await _storage.WriteAsync(bucket, "x", content, "text/plain", ifGenerationMatch: 0)).ShouldBeNull();
        var second = (await _storage.WriteAsync(bucket, "x", content, "text/plain", ifGenerationMatch: first.Generation))!;
        (await _storage.WriteAsync(bucket, "x", content, "text/plain", ifGenerationMatch: first.Generation)).ShouldBeNull();
        (await _storage.GetAsync(bucket, "x")).ShouldBe(second);
    }

    [Fact]
    public async Task A_precondition_is_judged_when_the_object_would_come_into_being()
    {
        var bucket = await server.BucketAsync();
        await using var slow = _storage.OpenWrite(bucket, "x", "text/plain", ifGenerationMatch: 0);
        await slow.WriteAsync(new byte[3 << 20]);
        var quick = await _storage.WriteAsync(bucket, "x", "quick"u8.ToArray(), "text/plain", ifGenerationMatch: 0);
        (await slow.CompleteAsync()).ShouldBeNull();
        (await _storage.GetAsync(bucket, "x")).ShouldBe(quick);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3 << 20)]
    public async Task An_abandoned_write_leaves_nothing(int size)
    {
        var bucket = await server.BucketAsync();
        var before = server.Uploads();
        await using (var writer = _storage.OpenWrite(bucket, "x", "text/plain")) await writer.WriteAsync(new byte[size]);
        (await ListAsync(bucket)).ShouldBeEmpty();
        server.Uploads().ShouldBe(before);
    }

    [Fact]
    public async Task A_torn_write_can_not_be_completed()
    {
        var bucket = await server.BucketAsync();
        await using var writer = _storage.OpenWrite(bucket, "x", "text/plain");
        await Should.ThrowAsync<OperationCanceledException>(async () => await writer.WriteAsync(new byte[2 << 20], new CancellationToken(canceled: true)));
        await Should.ThrowAsync<InvalidOperationException>(() => writer.CompleteAsync());
    }

    [Fact]
    public async Task A_listing_goes_on_over_its_pages()
    {
        var bucket = await server.BucketAsync();
        var names = Enumerable.Range(0, 1205).Select(i => $"p/{i:D5}").ToArray();
        foreach (var name in names) await server.Store.PutAsync(bucket, name, Stream.Null, new PutOptions());
        await server.Store.PutAsync(bucket, "q", Stream.Null, new PutOptions());
        (await ListAsync(bucket, "p/")).Select(o => o.Name).ShouldBe(names);
        (await ListAsync(bucket, "p/0100")).Count.ShouldBe(10);
    }

    [Fact]
    public async Task A_copy_goes_on_with_its_token()
    {
        var bucket = await server.BucketAsync();
        var content = new byte[(3 << 20) + 5];
        new Random(3).NextBytes(content);
        var source = (await _storage.WriteAsync(bucket, "x", content, "text/csv"))!;
        using var parts = new InParts();
        using var http = new HttpClient(parts);
        var storage = new CloudStorage(server.Address, http, TimeProvider.System, new Random(1));
        var copy = (await storage.CopyAsync(source, bucket, "x"))!;
        parts.Requests.ShouldBe(4);
        copy.Generation.ShouldBeGreaterThan(source.Generation);
        copy.ContentType.ShouldBe("text/csv");
        (await ReadAsync(copy)).ShouldBe(content);
        (await _storage.CopyAsync(source with { Generation = 1 }, bucket, "y")).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_stored_compressed_comes_as_stored()
    {
        var bucket = await server.BucketAsync();
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true)) await gzip.WriteAsync(new byte[100_000]);
        zipped.Position = 0;
        await server.Store.PutAsync(bucket, "x.csv", zipped, new PutOptions("text/csv", "gzip"));
        var source = (await _storage.GetAsync(bucket, "x.csv"))!;
        source.ContentEncoding.ShouldBe("gzip");
        (await ReadAsync(source)).ShouldBe(zipped.ToArray());
        (await server.Http.GetByteArrayAsync(new Uri(server.Address, $"/storage/v1/b/{bucket}/o/x.csv?alt=media"))).ShouldBe(new byte[100_000]);
    }

    [Fact]
    public async Task What_is_wrong_is_said_with_status_reason_and_hint()
    {
        var listing = await Should.ThrowAsync<RetryException>(() => ListAsync("no-such-bucket"));
        listing.Message.ShouldBe("Cloud Storage answered listing gs://no-such-bucket/ with 404 notFound: The bucket 'no-such-bucket' does not exist.");
        listing.Hint.ShouldNotBeNull().ShouldContain("Create the bucket");
        foreach (var size in new[] { 1, 2 << 20 })
        {
            var writing = await Should.ThrowAsync<RetryException>(() => _storage.WriteAsync("no-such-bucket", "x", new byte[size], "text/plain"));
            writing.Message.ShouldContain("writing gs://no-such-bucket/x with 404 notFound");
        }
        var bucket = await server.BucketAsync();
        (await Should.ThrowAsync<RetryException>(() => _storage.WriteAsync(bucket, "a\nb", new byte[1], "text/plain"))).Message.ShouldContain("400 invalid");
    }

    [Fact]
    public async Task Nobody_there_is_a_retry()
    {
        var storage = server.Client(new Uri("http://127.0.0.1:9"));
        (await Should.ThrowAsync<RetryException>(() => storage.GetAsync("b", "x"))).Message.ShouldContain("can not be reached");
    }

    private async Task<byte[]> ReadAsync(StoredObject source)
    {
        await using var stream = (await _storage.OpenReadAsync(source)).ShouldNotBeNull();
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    private async Task<List<StoredObject>> ListAsync(string bucket, string prefix = "")
    {
        var list = new List<StoredObject>();
        await foreach (var item in _storage.ListAsync(bucket, prefix)) list.Add(item);
        return list;
    }

    /// <summary>Asks for rewrites in parts of 1 MiB.</summary>
    private sealed class InParts() : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            request.RequestUri = new Uri(request.RequestUri + "&maxBytesRewrittenPerCall=1048576");
            return base.SendAsync(request, cancellationToken);
        }
    }
}

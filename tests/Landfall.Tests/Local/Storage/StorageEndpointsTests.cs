using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Landfall.Local.Storage;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.Storage;

/// <summary>What is on the wire, as Google's own clients send and expect it.</summary>
public sealed class StorageEndpointsTests(StorageServer server) : IClassFixture<StorageServer>
{
    [Theory]
    [InlineData("'===============123=='", "\n", "hello\n")]
    [InlineData("\"b\"", "\r\n", "hello\r\n")]
    [InlineData("b", "\r\n", "")]
    [InlineData("b", "\n", "")]
    [InlineData("b", "\n", "ends with a carriage return\r")]
    [InlineData("b", "\r\n", "--b\r\n is not the end, --b-- neither")]
    [InlineData("b", "\n", "\n\n--b\n")]
    public async Task Multipart_uploads_come_in_both_dialects(string boundary, string eol, string content)
    {
        var bucket = await server.BucketAsync();
        var bare = boundary.Trim('\'', '"');
        var body = $"--{bare}{eol}Content-Type: application/json{eol}MIME-Version: 1.0{eol}{eol}{{\"name\": \"x\", \"metadata\": {{\"k\": \"v\"}}}}{eol}"
            + $"--{bare}{eol}Content-Type: text/csv{eol}{eol}{content}{eol}--{bare}--";
        var (status, json) = await SendAsync(HttpMethod.Post, $"/upload/storage/v1/b/{bucket}/o?uploadType=multipart", body, $"multipart/related; boundary={boundary}");
        status.ShouldBe(HttpStatusCode.OK);
        json.GetProperty("contentType").GetString().ShouldBe("text/csv");
        json.GetProperty("metadata").GetProperty("k").GetString().ShouldBe("v");
        (await server.Http.GetStringAsync(At($"/download/storage/v1/b/{bucket}/o/x?alt=media"))).ShouldBe(content);
    }

    [Fact]
    public async Task A_multipart_upload_cut_short_leaves_nothing()
    {
        var bucket = await server.BucketAsync();
        var (status, json) = await SendAsync(
            HttpMethod.Post, $"/upload/storage/v1/b/{bucket}/o?uploadType=multipart", "--b\n\n{\"name\":\"x\"}\n--b\n\nhello\n--", "multipart/related; boundary=b");
        status.ShouldBe(HttpStatusCode.BadRequest);
        json.GetProperty("error").GetProperty("errors")[0].GetProperty("reason").GetString().ShouldBe("invalid");
        (await server.Store.ListAsync(bucket, new ListOptions())).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Hashes_are_the_known_ones_and_a_wrong_one_is_refused()
    {
        var bucket = await server.BucketAsync();
        var (_, json) = await SendAsync(HttpMethod.Post, $"/upload/storage/v1/b/{bucket}/o?uploadType=media&name=x", "123456789", "text/plain");
        json.GetProperty("crc32c").GetString().ShouldBe("4waSgw=="); // the check value of CRC-32C: e3069283
        json.GetProperty("md5Hash").GetString().ShouldBe("JfnnlDI7RTiF9RgfG2JNCw==");
        await Should.ThrowAsync<StorageException>(() => server.Store.PutAsync(bucket, "y", new MemoryStream(new byte[9]), new PutOptions(Crc32c: "4waSgw==")));
        (await server.Store.GetAsync(bucket, "y")).ShouldBeNull();
    }

    [Theory]
    [InlineData("bytes=2-4", 206, "234", "bytes 2-4/10")]
    [InlineData("bytes=7-", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=-2", 206, "89", "bytes 8-9/10")]
    [InlineData("bytes=10-", 416, "", "bytes */10")]
    public async Task Ranges_are_answered(string range, int status, string content, string contentRange)
    {
        var bucket = await server.BucketAsync();
        await server.Store.PutAsync(bucket, "x", new MemoryStream("0123456789"u8.ToArray()), new PutOptions());
        using var request = new HttpRequestMessage(HttpMethod.Get, At($"/storage/v1/b/{bucket}/o/x?alt=media")) { Headers = { Range = RangeHeaderValue.Parse(range) } };
        using var response = await server.Http.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldBe(content);
        response.Content.Headers.ContentRange!.ToString().ShouldBe(contentRange);
    }

    [Theory]
    [InlineData("ifGenerationMatch=1", 412)]
    [InlineData("ifGenerationMatch=0", 412)]
    [InlineData("ifGenerationMatch={0}", 200)]
    [InlineData("ifGenerationNotMatch={0}", 304)]
    [InlineData("ifGenerationNotMatch=1", 200)]
    [InlineData("ifMetagenerationMatch=1", 200)]
    [InlineData("ifMetagenerationMatch=2", 412)]
    [InlineData("ifGenerationMatch=many", 400)]
    public async Task Preconditions_are_judged(string condition, int status)
    {
        var bucket = await server.BucketAsync();
        var version = (await server.Store.PutAsync(bucket, "x", Stream.Null, new PutOptions()))!;
        condition = condition.Replace("{0}", $"{version.Generation}", StringComparison.Ordinal);
        ((int)(await SendAsync(HttpMethod.Get, $"/storage/v1/b/{bucket}/o/x?{condition}")).Status).ShouldBe(status);
        var writing = status == 304 ? 412 : status;
        ((int)(await SendAsync(HttpMethod.Post, $"/upload/storage/v1/b/{bucket}/o?uploadType=media&name=x&{condition}", "new", "text/plain")).Status).ShouldBe(writing);
        (await server.Store.GetAsync(bucket, "x"))!.Size.ShouldBe(writing == 200 ? 3 : 0);
    }

    [Fact]
    public async Task Who_is_too_late_is_told_before_the_content_is_looked_at()
    {
        var bucket = await server.BucketAsync();
        await server.Store.PutAsync(bucket, "x", Stream.Null, new PutOptions());
        (await server.Store.PutAsync(bucket, "x", Stream.Null, new PutOptions(Md5Hash: "not its own", Preconditions: new(IfGenerationMatch: 0)))).ShouldBeNull();
        (await UploadAsync(bucket)).ShouldBe(412);
        (await UploadAsync("nowhere-" + bucket)).ShouldBe(404, "there is no bucket to be too late in");

        async Task<int> UploadAsync(string into) =>
            (int)(await SendAsync(HttpMethod.Post, $"/upload/storage/v1/b/{into}/o?uploadType=media&name=x&ifGenerationMatch=5", "new", "text/plain")).Status;
    }

    [Fact]
    public async Task A_resumable_upload_goes_by_Googles_rules()
    {
        const int chunk = 256 * 1024;
        var bucket = await server.BucketAsync();
        using var begin = await server.Http.PostAsync(At($"/resumable/upload/storage/v1/b/{bucket}/o?uploadType=resumable&name=x"), null);
        var session = begin.Headers.Location!;
        var content = new byte[(2 * chunk) + 5];
        new Random(1).NextBytes(content);
        (await PutAsync("bytes */*", [])).ShouldBe((308, ""));
        (await PutAsync($"bytes 0-99/*", content[..100])).ShouldBe((400, ""));
        (await PutAsync($"bytes 0-{chunk - 1}/*", content[..chunk])).ShouldBe((308, $"bytes=0-{chunk - 1}"));
        (await PutAsync($"bytes {chunk + 1}-{chunk + 2}/*", content[..2])).ShouldBe((400, ""));
        (await PutAsync($"bytes 0-{(2 * chunk) - 1}/*", content[..(2 * chunk)])).ShouldBe((308, $"bytes=0-{(2 * chunk) - 1}"), "what is sent again is skipped");
        (await server.Store.GetAsync(bucket, "x")).ShouldBeNull();
        (await PutAsync($"bytes {2 * chunk}-{content.Length - 1}/{content.Length}", content[(2 * chunk)..])).ShouldBe((200, ""));
        (await PutAsync("bytes */*", [])).ShouldBe((200, ""), "it remembers its object for a caller whose last reply was lost");
        (await server.Http.GetByteArrayAsync(At($"/storage/v1/b/{bucket}/o/x?alt=media"))).ShouldBe(content);
        (await server.Store.ListAsync(bucket, new ListOptions(Versions: true))).Items.Count.ShouldBe(1);

        async Task<(int, string)> PutAsync(string range, byte[] part)
        {
            using var body = new ByteArrayContent(part);
            body.Headers.TryAddWithoutValidation("Content-Range", range);
            using var response = await server.Http.PutAsync(session, body);
            return ((int)response.StatusCode, response.Headers.TryGetValues("Range", out var got) ? got.Single() : "");
        }
    }

    [Theory]
    [InlineData("GET", "/storage/v1/b/{0}/o/none", 404, "notFound")]
    [InlineData("GET", "/storage/v1/b/none/o", 404, "notFound")]
    [InlineData("GET", "/storage/v1/b/{0}/o?pageToken=!", 400, "invalid")]
    [InlineData("DELETE", "/storage/v1/b/{0}/o/none", 404, "notFound")]
    [InlineData("POST", "/upload/storage/v1/b/{0}/o?uploadType=media", 400, "required")]
    [InlineData("PUT", "/upload/storage/v1/b/{0}/o?upload_id=none", 404, "notFound")]
    [InlineData("PATCH", "/storage/v1/b/{0}", 404, "notFound")]
    public async Task Errors_have_Googles_shape(string method, string path, int status, string reason)
    {
        var bucket = await server.BucketAsync();
        var (answered, json) = await SendAsync(new HttpMethod(method), path.Replace("{0}", bucket, StringComparison.Ordinal), method == "GET" ? null : "");
        ((int)answered).ShouldBe(status);
        json.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(status);
        json.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        json.GetProperty("error").GetProperty("errors")[0].GetProperty("reason").GetString().ShouldBe(reason);
    }

    private Uri At(string path) => new(server.Address, path);

    private async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, At(path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        using var response = await server.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }
}

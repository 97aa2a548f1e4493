using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Landfall.Tests.Landings;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Dropping;

/// <summary>A file by HTTP is the object that its contract names, once and whole; or there is none, and the answer says why.</summary>
public sealed class DropTests : IAsyncLifetime
{
    private const string Path = "/drop/hiring/departments";

    private DropWorld _world = null!;

    public async Task InitializeAsync() => _world = await DropWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_file_becomes_the_object_that_its_contract_names()
    {
        var dropped = await DropWorld.JsonAsync(_world.PostAsync($"{Path}?name=departments_20240106.csv", "13,Catering\n"), HttpStatusCode.Accepted);
        dropped.GetProperty("object").GetString().ShouldBe("gs://drop-zone/hiring/departments_20240106.csv");
        dropped.GetProperty("bytes").GetInt64().ShouldBe(12);
        dropped.GetProperty("sent").GetBoolean().ShouldBeTrue();
        dropped.GetProperty("md5").GetString().ShouldBe(Convert.ToBase64String(CryptographicOperations.HashData(HashAlgorithmName.MD5, "13,Catering\n"u8)));
        var stored = (await _world.Landing.Storage.GetAsync("drop-zone", "hiring/departments_20240106.csv"))!;
        dropped.GetProperty("generation").GetString().ShouldBe($"{stored.Generation}");
        stored.ContentType.ShouldBe("text/csv");
        Encoding.UTF8.GetString(await _world.Landing.ReadAsync("gs://drop-zone/hiring/departments_20240106.csv")).ShouldBe("13,Catering\n");

        // The same bytes make no version; others do.
        var again = await DropWorld.JsonAsync(_world.PostAsync($"{Path}?date=2024-01-06", "13,Catering\n"), HttpStatusCode.Accepted);
        (again.GetProperty("sent").GetBoolean(), again.GetProperty("generation").GetString()).ShouldBe((false, $"{stored.Generation}"));
        again.GetProperty("note").GetString()!.ShouldContain("stood already");
        var other = await DropWorld.JsonAsync(_world.PostAsync($"{Path}?date=2024-01-06", "13,Kitchen\n"), HttpStatusCode.Accepted);
        (other.GetProperty("sent").GetBoolean(), other.GetProperty("generation").GetString() == $"{stored.Generation}").ShouldBe((true, false));

        // Nobody has landed it; then somebody has, and whoever asks reads the receipt where the answer said it would be.
        (await DropWorld.JsonAsync(_world.Client.GetAsync(other.GetProperty("ask").GetString()), HttpStatusCode.Accepted)).TryGetProperty("receipt", out _).ShouldBeFalse();
        await _world.Landing.Lander.LandAsync(LandingWorld.Event((await _world.Landing.Storage.GetAsync("drop-zone", "hiring/departments_20240106.csv"))!), default);
        var landed = await DropWorld.JsonAsync(_world.Client.GetAsync(other.GetProperty("ask").GetString()), HttpStatusCode.OK);
        landed.GetProperty("receipt").GetProperty("outcome").GetString().ShouldBe("landed");
        (await _world.Landing.ReadAsync(other.GetProperty("receiptAt").GetString()!)).Length.ShouldBeGreaterThan(0);
        var waited = await DropWorld.JsonAsync(_world.PostAsync($"{Path}?date=2024-01-06", "13,Kitchen\n", ("Prefer", "respond-async, wait=1")), HttpStatusCode.OK);
        (waited.GetProperty("sent").GetBoolean(), waited.GetProperty("receipt").GetProperty("rows").GetProperty("landed").GetInt64()).ShouldBe((false, 1));
    }

    [Fact]
    public async Task Whoever_waits_in_vain_is_told_where_to_ask()
    {
        using var response = await _world.PostAsync($"{Path}?date=2024-01-06", "13,Catering\n", ("Prefer", "wait=1"));
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.GetValues("Preference-Applied").ShouldBe(["wait=1"]);
        response.Headers.Location!.OriginalString.ShouldBe($"{Path}?name=departments_20240106.csv");
    }

    [Fact]
    public async Task A_dataset_of_one_file_needs_no_name_and_packed_files_have_their_end()
    {
        var workbook = await DropWorld.JsonAsync(_world.PostAsync("/drop/analysis/relations", "a workbook"), HttpStatusCode.Accepted);
        workbook.GetProperty("object").GetString().ShouldBe("gs://matrix/matriz_de_adyacencia.xlsx");
        await DropWorld.JsonAsync(_world.PostAsync($"{Path}?name=departments_20240106.csv.gz", "packed"), HttpStatusCode.Accepted);
        (await _world.Landing.Storage.GetAsync("drop-zone", "hiring/departments_20240106.csv.gz"))!.ContentType.ShouldBe("application/gzip");
    }

    [Theory]
    [InlineData("/drop/hiring/departments?name=departments.csv", 422, "drop-zone/hiring/departments_{date:yyyyMMdd}.csv", "for example name=departments_20240105.csv, or date=2024-01-05")]
    [InlineData("/drop/hiring/departments?name=jobs_20240105.csv", 422, "is no file of departments")]
    [InlineData("/drop/hiring/departments?name=../people/people_20240105.csv", 422, "is no file of departments")]
    [InlineData("/drop/hiring/departments?name=hiring/departments_20240105.csv", 422, "is no file of departments")]
    [InlineData("/drop/hiring/departments?name=departments_20240231.csv", 422, "is no file of departments")]
    [InlineData("/drop/hiring/departments?name=departments_20240105.csv%0A", 422, "is no file of departments")]
    [InlineData("/drop/hiring/departments?date=1201-01-05", 422, "is no file of departments")]
    [InlineData("/drop/hiring/departments?date=20240105", 400, "no day", "date=2024-01-05")]
    [InlineData("/drop/hiring/departments?date=2024-01-05&name=departments_20240105.csv", 400, "both name and date")]
    [InlineData("/drop/hiring/departments?date=2024-01-05&date=2024-01-06", 400, "twice")]
    [InlineData("/drop/hiring/departments?name=", 400, "without a value")]
    [InlineData("/drop/hiring/departments?file=departments_20240105.csv", 400, "file, which is not known", "name=departments_20240105.csv")]
    [InlineData("/drop/hiring/departments", 400, "what to call the file")]
    [InlineData("/drop/analysis/relations?date=2024-01-05", 422, "A date alone", "leave the query away")]
    [InlineData("/drop/people/departments?date=2024-01-05", 404, "no dataset people/departments", "hiring/departments")]
    [InlineData("/drop/hiring/nothing?date=2024-01-05", 404, "no dataset hiring/nothing")]
    [InlineData("/drop/marketing/customers?date=2024-01-05", 422, "customers takes no files", "topic customers")]
    [InlineData("/drop/hiring", 404, "POST /drop/<team>/<dataset>")]
    [InlineData("/drop/hiring/departments/other", 404, "POST /drop/<team>/<dataset>")]
    [InlineData("/", 404, "POST /drop/<team>/<dataset>")]
    public async Task What_is_no_file_of_a_dataset_is_refused_with_a_reason(string path, int status, params string[] words)
    {
        await DropWorld.ProblemAsync(_world.PostAsync(path, "13,Catering\n"), status, words);
        var uploaded = path.Split('?');
        if (uploaded[0] == Path) await DropWorld.ProblemAsync(_world.PostAsync($"{Path}/url?{uploaded.ElementAtOrDefault(1)}", ""), status, words);
        (await _world.ObjectsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("PUT", Path, "GET, POST")]
    [InlineData("DELETE", Path, "GET, POST")]
    [InlineData("GET", $"{Path}/url", "POST")]
    public async Task Another_method_is_told_which_there_are(string method, string path, string allowed)
    {
        using var response = await _world.SendAsync(new(method), $"{path}?date=2024-01-05", null);
        response.Content.Headers.Allow.ShouldBe(allowed.Split(", "));
        ((int)response.StatusCode).ShouldBe(405);
    }

    [Theory]
    [InlineData("Content-Type", "multipart/form-data; boundary=x", 415, "--data-binary @file, not -F")]
    [InlineData("Content-Encoding", "gzip", 415, ".gz behind its name")]
    [InlineData("Content-MD5", "12345", 400, "base 64 of 16 bytes")]
    [InlineData("Content-MD5", "AAAAAA==", 400, "base 64 of 16 bytes")]
    [InlineData("x-goog-hash", "crc32c", 400, "base 64 of 4 bytes")]
    [InlineData("x-goog-hash", "sha256=AAAAAA==", 400, "base 64 of 4 bytes")]
    [InlineData("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==", 422, "Content-MD5 says md5 AAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("x-goog-hash", "crc32c=AAAAAA==", 422, "x-goog-hash says crc32c AAAAAA==")]
    [InlineData("x-goog-hash", "crc32c=4waSgw==, md5=AAAAAAAAAAAAAAAAAAAAAA==", 422, "x-goog-hash says md5")]
    public async Task A_body_that_is_not_what_its_headers_say_is_refused(string header, string value, int status, string word)
    {
        await DropWorld.ProblemAsync(_world.PostAsync($"{Path}?date=2024-01-05", "123456789", (header, value)), status, word);
        (await _world.ObjectsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Checksums_that_hold_let_it_pass()
    {
        // The check value of CRC-32C, which its catalogues print: e3069283 of "123456789".
        var (crc, md5) = (Convert.ToBase64String(Convert.FromHexString("e3069283")), Convert.ToBase64String(CryptographicOperations.HashData(HashAlgorithmName.MD5, "123456789"u8)));
        await DropWorld.JsonAsync(_world.PostAsync($"{Path}?date=2024-01-05", "123456789", ("x-goog-hash", $"crc32c={crc},md5={md5}"), ("Content-MD5", md5)), HttpStatusCode.Accepted);
        (await _world.ObjectsAsync()).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_empty_body_is_no_file() => await DropWorld.ProblemAsync(_world.PostAsync($"{Path}?date=2024-01-05", ""), 400, "no body", "--data-binary @file");

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public async Task A_body_beyond_32_MiB_is_told_how_to_get_a_url(int more, bool chunked)
    {
        using var content = new StreamContent(new MemoryStream(new byte[(32 << 20) + more]));
        if (chunked) content.Headers.ContentLength = null;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Path}?date=2024-01-05") { Content = content };
        // What is refused by its length alone is not sent at all.
        if (chunked) request.Headers.TransferEncodingChunked = true;
        else request.Headers.ExpectContinue = true;
        if (more == 0) await DropWorld.JsonAsync(_world.Client.SendAsync(request), HttpStatusCode.Accepted);
        else await DropWorld.ProblemAsync(_world.Client.SendAsync(request), 413, "32 MiB", $"POST {Path}/url");
        (await _world.ObjectsAsync()).Length.ShouldBe(more == 0 ? "hiring/departments_20240105.csv".Length : 0);
    }

    [Theory]
    [InlineData("Content-Length: 5000000", 10)]
    [InlineData("Content-Length: 5000000", 3_000_000)]
    [InlineData("Transfer-Encoding: chunked", 0)]
    public async Task A_body_that_breaks_off_leaves_nothing(string header, int sent)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _world.Client.BaseAddress!.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {Path}?date=2024-01-05 HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n{(sent == 0 ? "5\r\n13,Ca\r\n" : "")}"));
        await stream.WriteAsync(new byte[sent]);
        client.Client.Shutdown(SocketShutdown.Send);
        await HangsUpAsync(stream);
        await Until.TrueAsync(() => _world.Landing.Arriving() == 0, "what had arrived is given up");
        (await _world.ObjectsAsync()).ShouldBeEmpty();
        _world.Log.Text.ShouldNotContain("\"ERROR\"");
        await DropWorld.JsonAsync(_world.PostAsync($"{Path}?date=2024-01-05", "13,Catering\n"), HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Of_two_who_send_at_once_one_is_told()
    {
        var pipe = new Pipe(new(pauseWriterThreshold: 0));
        using var content = new StreamContent(pipe.Reader.AsStream());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Path}?date=2024-01-05") { Content = content };
        var slow = _world.Client.SendAsync(request);
        // It has looked at what stands when it has begun to send: beyond the first MiB it has a session.
        await pipe.Writer.WriteAsync(new byte[3 << 20]);
        await Until.TrueAsync(() => _world.Landing.Arriving() > 0, "the slow one has begun");
        await DropWorld.JsonAsync(_world.PostAsync($"{Path}?date=2024-01-05", "13,Catering\n"), HttpStatusCode.Accepted);
        await pipe.Writer.CompleteAsync();
        await DropWorld.ProblemAsync(slow, 409, "Somebody else has written drop-zone/hiring/departments_20240105.csv");
        Encoding.UTF8.GetString(await _world.Landing.ReadAsync("gs://drop-zone/hiring/departments_20240105.csv")).ShouldBe("13,Catering\n");
    }

    [Fact]
    public async Task A_url_takes_the_file_in_parts_without_a_credential()
    {
        using var response = await _world.PostAsync($"{Path}/url?name=departments_20240106.csv", "");
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var answer = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        var url = answer.GetProperty("url").GetString()!;
        url.ShouldStartWith(_world.Landing.Endpoint.AbsoluteUri);
        answer.GetProperty("curl").GetProperty("send").GetString().ShouldBe($"curl -T 'departments_20240106.csv' '{url}'");
        (await _world.ObjectsAsync()).ShouldBeEmpty("nothing was sent yet");
        _world.Log.Text.ShouldNotContain("upload_id");

        var file = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 30_000).Select(i => $"{i},Department {i}\n")));
        using var http = new HttpClient();
        (await PutAsync(http, url, file.AsMemory(0, 256 * 1024), $"bytes 0-{(256 * 1024) - 1}/{file.Length}")).ShouldBe(308);
        (await PutAsync(http, url, default, "bytes */*")).ShouldBe(308);
        (await _world.ObjectsAsync()).ShouldBeEmpty("it is not whole");
        (await PutAsync(http, url, file.AsMemory(256 * 1024), $"bytes {256 * 1024}-{file.Length - 1}/{file.Length}")).ShouldBe(200);
        (await _world.Landing.ReadAsync("gs://drop-zone/hiring/departments_20240106.csv")).ShouldBe(file);
        var asked = await DropWorld.JsonAsync(_world.Client.GetAsync(answer.GetProperty("ask").GetString()), HttpStatusCode.Accepted);
        asked.GetProperty("bytes").GetInt64().ShouldBe(file.Length);
    }

    [Fact]
    public async Task Who_asks_for_what_was_not_sent_is_told_so() => await DropWorld.ProblemAsync(_world.Client.GetAsync($"{Path}?date=2024-01-05"), 404, "There is no drop-zone/hiring/departments_20240105.csv yet");

    /// <summary>Until the server has done with it: whoever broke off may hear an answer, or none.</summary>
    private static async Task HangsUpAsync(NetworkStream stream)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null).WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (IOException)
        {
            // Reset, because it had not read all.
        }
    }

    private static async Task<int> PutAsync(HttpClient http, string url, ReadOnlyMemory<byte> part, string range)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ReadOnlyMemoryContent(part) };
        request.Content.Headers.TryAddWithoutValidation("Content-Range", range);
        using var response = await http.SendAsync(request);
        return (int)response.StatusCode;
    }
}

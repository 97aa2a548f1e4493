using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Landfall.Tests.Cloud;

/// <summary>
/// BigQuery's jobs on a port of their own, with faults. It keeps what real BigQuery keeps: an id is taken once, and a job happens when it is made. What it
/// does to the n-th request for a job is decided by the seed and the job's name.
/// </summary>
internal sealed class FaultyBigQuery : IAsyncDisposable
{
    private static readonly string[] Passing = ["backendError", "internalError", "jobInternalError", "rateLimitExceeded"];

    private readonly int _seed;
    private readonly Lock _lock = new();
    private readonly WebApplication _app;
    private readonly Dictionary<string, Random> _dice = [];
    private readonly HashSet<string> _cursed = [];
    private readonly Dictionary<string, FaultyUpload> _uploads = [];
    private readonly ConcurrentBag<Task> _late = [];

    private FaultyBigQuery(int seed)
    {
        _seed = seed;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Address => new(_app.Urls.Single());

    public ConcurrentDictionary<BigQueryFault, int> Faults { get; } = new();

    public Dictionary<string, FaultyJob> Jobs { get; } = [];

    /// <summary>By id, every content that was sent under it, taken or not.</summary>
    public Dictionary<string, HashSet<string>> Sent { get; } = [];

    /// <summary>What no client should have sent.</summary>
    public ConcurrentBag<string> Complaints { get; } = [];

    public static async Task<FaultyBigQuery> StartAsync(int seed)
    {
        var server = new FaultyBigQuery(seed);
        await server._app.StartAsync();
        return server;
    }

    public static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexString(SHA256.HashData(content));

    /// <summary>Of a content: the rows that it loads, changes or yields.</summary>
    public static int Amount(ReadOnlySpan<byte> content) => SHA256.HashData(content)[0];

    /// <summary>Waits for what happens late.</summary>
    public Task SettleAsync() => Task.WhenAll(_late);

    public async ValueTask DisposeAsync()
    {
        await SettleAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (request.Method == "PUT" && parts[0] == "sessions")
        {
            await UploadAsync(context, parts[1]);
            return;
        }
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var id = request.Method == "POST" ? (string)JsonNode.Parse(body.ToArray())!["jobReference"]!["jobId"]! : parts[^1];
        if (request.Method == "GET" && request.Query["location"] != "EU") Complaints.Add($"{request.Path} without its location");
        // What happens late happens when the request is no more.
        var (method, token, most, length) = (
            request.Method, request.Query["pageToken"].ToString(), request.Query["maxResults"].ToString(), request.Headers["X-Upload-Content-Length"].ToString());
        await RespondAsync(context, Draw(id, method, parts), () => (method, parts[0], parts[^2]) switch
        {
            ("POST", "upload", _) => Open(id, int.Parse(length)),
            ("POST", _, _) => Make(id, Encoding.UTF8.GetBytes((string)JsonNode.Parse(body.ToArray())!["configuration"]!["query"]!["query"]!)),
            ("GET", _, "jobs") => Get(id),
            ("GET", _, "queries") => Page(id, token, int.Parse(most)),
            _ => new FaultyAnswer(400),
        });
    }

    private async Task RespondAsync(HttpContext context, BigQueryFault fault, Func<FaultyAnswer> act)
    {
        if (fault != BigQueryFault.None) Faults.AddOrUpdate(fault, 1, (_, n) => n + 1);
        switch (fault)
        {
            case BigQueryFault.LostRequest:
                context.Abort();
                return;
            case BigQueryFault.LostReply:
                Act();
                context.Abort();
                return;
            case BigQueryFault.Late:
                _late.Add(Task.Run(async () =>
                {
                    await Task.Delay(15);
                    Act();
                }));
                context.Abort();
                return;
        }
        var answer = fault switch
        {
            BigQueryFault.Unavailable => FaultyAnswer.Refusal(503, "backendError"),
            BigQueryFault.TooMany => FaultyAnswer.Refusal(429, "rateLimitExceeded"),
            BigQueryFault.RateLimited => FaultyAnswer.Refusal(403, "rateLimitExceeded"),
            BigQueryFault.Quota => FaultyAnswer.Refusal(403, "quotaExceeded"),
            BigQueryFault.Unknown => FaultyAnswer.Refusal(404, "notFound"),
            BigQueryFault.Broken => Act() with { Status = 500 },
            _ => Act(),
        };
        context.Response.StatusCode = answer.Status;
        if (answer.Header is { } header) context.Response.Headers[header] = answer.Value;
        if (answer.Body.Length > 0) await context.Response.WriteAsync(answer.Body);

        FaultyAnswer Act()
        {
            lock (_lock) return act();
        }
    }

    private async Task UploadAsync(HttpContext context, string session)
    {
        FaultyUpload? upload;
        lock (_lock) upload = _uploads.GetValueOrDefault(session);
        if (upload is null)
        {
            context.Response.StatusCode = 404;
            return;
        }
        var range = ContentRangeHeaderValue.Parse(context.Request.Headers.ContentRange!);
        if (range.Length != upload.Total) Complaints.Add($"{range} of {upload.Total}");
        var fault = Draw(upload.JobId, "PUT", []);
        if (fault == BigQueryFault.CutChunk && range.HasRange)
        {
            Faults.AddOrUpdate(fault, 1, (_, n) => n + 1);
            await CutAsync(context, upload, range);
            return;
        }
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        if (range.HasRange && range.To + 1 - range.From != bytes.Length) Complaints.Add($"{range} for {bytes.Length} bytes");
        if (range.HasRange && range.To + 1 != upload.Total && bytes.Length % FaultyUpload.Granule != 0) Complaints.Add($"{range} is no multiple of a granule");
        await RespondAsync(context, fault, () =>
        {
            if (fault == BigQueryFault.LostUpload)
            {
                _uploads.Remove(session);
                return new FaultyAnswer(bytes.Length % 2 == 0 ? 404 : 410);
            }
            if (upload.End is { } end) return end is { Status: 200 } && bytes.Length == 0 && upload.Total % 3 == 0 ? new FaultyAnswer(200, "{}") : end;
            if (!upload.Append((int)(range.From ?? 0), bytes)) return FaultyAnswer.Refusal(400, "invalid");
            if (fault == BigQueryFault.ForgottenBytes) upload.Forget(Dice(upload.JobId).Next(upload.Received));
            if (upload.Received == upload.Total) return (upload.End = Make(upload.JobId, upload.Content)).Value;
            return upload.Received > 0 ? new FaultyAnswer(308, "", "Range", $"bytes=0-{upload.Received - 1}") : new FaultyAnswer(308);
        });
    }

    private async Task CutAsync(HttpContext context, FaultyUpload upload, ContentRangeHeaderValue range)
    {
        var bytes = new byte[(range.To!.Value + 1 - range.From!.Value) * 2 / 3];
        await context.Request.Body.ReadExactlyAsync(bytes);
        lock (_lock)
        {
            if (upload.End is null && upload.Append((int)range.From.Value, bytes)) upload.Forget(upload.Received);
        }
        context.Abort();
    }

    private FaultyAnswer Open(string id, int total)
    {
        var session = $"{_uploads.Count + 1}-{id}";
        _uploads[session] = new FaultyUpload(id, total);
        return new FaultyAnswer(200, "", "Location", new Uri(Address, $"/sessions/{session}").ToString());
    }

    private FaultyAnswer Make(string id, ReadOnlySpan<byte> content)
    {
        var hash = Hash(content);
        if (!Sent.TryGetValue(id, out var contents)) Sent[id] = contents = [];
        contents.Add(hash);
        if (Jobs.ContainsKey(id)) return FaultyAnswer.Refusal(409, "duplicate");
        var dice = Dice(id);
        var error = dice.Next(20) switch
        {
            < 5 => Passing[dice.Next(Passing.Length)],
            5 => "invalid",
            6 => "quotaExceeded",
            _ => null,
        };
        var job = Jobs[id] = new FaultyJob(id, hash, Amount(content), error) { Polls = dice.Next(4) };
        return new FaultyAnswer(200, job.Json);
    }

    private FaultyAnswer Get(string id)
    {
        if (!Jobs.TryGetValue(id, out var job)) return FaultyAnswer.Refusal(404, "notFound");
        if (job.Polls > 0) job.Polls--;
        return new FaultyAnswer(200, job.Json);
    }

    private FaultyAnswer Page(string id, string token, int most)
    {
        if (!Jobs.TryGetValue(id, out var job) || job.Polls > 0 || job.Error is not null) return FaultyAnswer.Refusal(404, "notFound");
        var from = token.Length == 0 ? 0 : int.Parse(token);
        var to = Math.Min(job.Amount, from + Math.Min(most, 50));
        var rows = string.Join(',', Enumerable.Range(from, to - from).Select(i => $$$"""{"f":[{"v":"{{{i}}}"},{"v":null}]}"""));
        return new FaultyAnswer(200, $$"""{"jobComplete":true,"rows":[{{rows}}]{{(to < job.Amount ? $",\"pageToken\":\"{to}\"" : "")}}}""");
    }

    /// <summary>One request in five or so goes wrong; for every fourth job, most of them do, so that the client's patience ends.</summary>
    private BigQueryFault Draw(string id, string method, string[] parts)
    {
        lock (_lock)
        {
            var dice = Dice(id);
            var fault = (BigQueryFault)dice.Next(1, _cursed.Contains(id) ? 11 : 45);
            var fits = fault switch
            {
                BigQueryFault.Quota => method != "GET" && dice.Next(3) == 0,
                BigQueryFault.Unknown => method == "GET" && parts[^2] == "jobs",
                BigQueryFault.CutChunk or BigQueryFault.LostUpload or BigQueryFault.ForgottenBytes => method == "PUT",
                _ => Enum.IsDefined(fault),
            };
            return fits ? fault : BigQueryFault.None;
        }
    }

    private Random Dice(string id)
    {
        if (_dice.TryGetValue(id, out var dice)) return dice;
        _dice[id] = dice = new Random(id.Aggregate(_seed, (hash, c) => unchecked((hash * 31) + c)));
        if (dice.Next(4) == 0) _cursed.Add(id);
        return dice;
    }
}

using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Landfall.Tests.Cloud;
using Microsoft.AspNetCore.Http;

namespace Landfall.Tests.Faults;

/// <summary>The dice of a <see cref="FaultyGateway"/>, and what a cloud answers that refuses.</summary>
internal sealed class CloudFaults(FaultCounts counts, int seed)
{
    private readonly Random _dice = new(seed);
    private readonly Lock _lock = new();

    /// <summary>Jobs whose transaction was cancelled: they have been made, and failed.</summary>
    private readonly ConcurrentDictionary<string, bool> _cancelled = new();

    /// <summary>What befalls a delivery.</summary>
    public HarnessFault? OfPush() => Roll(100) switch
    {
        < 5 => HarnessFault.Doubled,
        < 8 => HarnessFault.HalfDelivery,
        < 12 => HarnessFault.LostVerdict,
        < 15 => HarnessFault.Delay,
        _ => null,
    };

    /// <summary>What befalls a request to the cloud.</summary>
    public HarnessFault? OfRequest(HttpRequest request, byte[] body)
    {
        var download = request.Query["alt"] == "media";
        var bigQuery = request.Path.Value!.Contains("/bigquery/", StringComparison.Ordinal);
        return Roll(200) switch
        {
            0 or 1 => HarnessFault.LostRequest,
            < 5 => HarnessFault.LostReply,
            < 8 => HarnessFault.Unavailable,
            < 11 => HarnessFault.Delay,
            < 15 when download => HarnessFault.HalfBody,
            < 30 when download => HarnessFault.SlowBody,
            < 13 when bigQuery && request.Method == "POST" => HarnessFault.Quota,
            < 35 when bigQuery && IsCommit(body) => HarnessFault.Cancelled,
            _ => null,
        };
    }

    public async Task WaitAsync(HarnessFault fault)
    {
        counts.Add(fault);
        await Task.Delay(20 + Roll(300));
    }

    /// <summary>Answers in the cloud's place, where that is the fault.</summary>
    /// <returns>Whether it did.</returns>
    public async Task<bool> AnswerAsync(HttpContext context, byte[] body, HarnessFault? fault)
    {
        // Real BigQuery knows a job that has failed.
        if (context.Request.Path.Value!.Split('/') is [.., "jobs", var asked] && _cancelled.ContainsKey(asked))
        {
            await JsonAsync(context, 200, Cancelled(asked));
            return true;
        }
        if (fault is not (HarnessFault.LostRequest or HarnessFault.Unavailable or HarnessFault.Quota or HarnessFault.Cancelled)) return false;
        counts.Add(fault.Value);
        switch (fault)
        {
            case HarnessFault.LostRequest:
                context.Abort();
                break;
            case HarnessFault.Unavailable:
                await JsonAsync(context, Roll(2) == 0 ? 503 : 429, FaultyAnswer.Refusal(503, "backendError").Body);
                break;
            case HarnessFault.Quota:
                await JsonAsync(context, 403, FaultyAnswer.Refusal(403, "quotaExceeded").Body);
                break;
            default:
                var job = (string)JsonNode.Parse(body)!["jobReference"]!["jobId"]!;
                _cancelled[job] = true;
                await JsonAsync(context, 200, Cancelled(job));
                break;
        }
        return true;
    }

    private static bool IsCommit(byte[] body) => body.AsSpan().IndexOf("BEGIN TRANSACTION"u8) >= 0;

    /// <summary>As BigQuery says it (https://cloud.google.com/bigquery/docs/transactions#transaction_concurrency).</summary>
    private static string Cancelled(string job) => $$$"""
        {"kind":"bigquery#job","jobReference":{"projectId":"local","jobId":"{{{job}}}","location":"EU"},"status":{"state":"DONE","errorResult":{"reason":"invalidQuery","message":
        "Query error: Transaction is aborted due to concurrent update against table local:landfall.ledger. Transaction ID: 1"}},"statistics":{"creationTime":"1"}}
        """;

    private static Task JsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, Encoding.UTF8);
    }

    private int Roll(int sides)
    {
        lock (_lock) return _dice.Next(sides);
    }
}

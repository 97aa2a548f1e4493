using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Landings.Files;
using Landfall.Rest.Documents;
using Landfall.Rest.Routing;
using Landfall.Rest.Tables;
using Landfall.Sinks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Landfall.Rest.Writing.Uploads;

/// <summary><c>POST /upload</c>: files named after their tables, each landed as one that was dropped: parents before children, with a receipt.</summary>
internal sealed class UploadFiles(TableCatalog catalog, UploadTargets targets, IEnumerable<NpgsqlDataSource> databases, IEnumerable<ISink> sinks, StoredAnswers answers, TimeProvider clock, ILogger<UploadFiles> log) : Handler(HttpMethods.Post, "/upload"), IDisposable
{
    /// <summary>At a time: each holds two connections.</summary>
    private const int Uploads = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Here at a time, landing or not: each may fill 32 MiB of a disk that is memory on Cloud Run.</summary>
    private const int Places = 8;

    private readonly SemaphoreSlim _turns = new(Uploads, Uploads), _places = new(Places, Places);

    /// <summary>Not that of <see cref="Tables.TableStore"/>, whose few connections are not for what takes long.</summary>
    private readonly NpgsqlDataSource _database = databases.First();

    private readonly ISink _sink = sinks.First(sink => sink.Kind == SinkKind.Postgres);

    public override async Task HandleAsync(ApiRequest request)
    {
        var key = IdempotencyKey.Of(request);
        if (Preferences.Of(request.Http.Request).DryRun) throw ProblemException.Bad("Prefer: tx=rollback is not possible with files", "it is with rows: POST /bulk");
        catalog.RequireWriter(request.Caller);
        if (!await _places.WaitAsync(Patience, request.Cancellation))
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable, "Too many uploads come in", "send it again in a moment") { Headers = [("Retry-After", "1")] };
        try
        {
            using var form = await UploadForm.ReadAsync(request);
            await (await LandAsync(targets.Find(form.Files, request), key, request)).SendAsync(request.Response, request.Cancellation);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        _turns.Dispose();
        _places.Dispose();
    }

    public override void Describe(OpenApiDocument document)
    {
        if (!WriteWords.Writable(document).Any()) return;
        document.Add(Method, Template.Text, new("upload", "Land files")
        {
            Description = "Files named after their tables (departments.csv), each landed as its contract says, parents before children. 200 when all have landed; 422 when one was refused, with the receipts of all. Rejected rows are in landfall.rejects.",
            Parameters = [WriteWords.Key()],
            Body = new()
            {
                ["required"] = true,
                ["content"] = new JsonObject
                {
                    ["multipart/form-data"] = new JsonObject
                    {
                        ["schema"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["file"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string", ["format"] = "binary" } } } },
                    },
                },
            },
            Answers = [(StatusCodes.Status200OK, Operation.Answer("All have landed", ("application/json", new() { ["type"] = "object", ["properties"] = new JsonObject { ["files"] = new JsonObject { ["type"] = "array" } } }, (JsonNode?)null)))],
        });
    }

    private async Task<WriteAnswer> LandAsync(IReadOnlyList<(SpooledFile File, Contract Contract)> files, IdempotencyKey? key, ApiRequest request)
    {
        await _turns.WaitAsync(request.Cancellation);
        try
        {
            var aborted = request.Http.RequestAborted;
            return key is null ? Answer(await LandAsync(files, null, [], aborted, request.Cancellation)) : await OnceAsync(files, key, aborted, request.Cancellation);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Within a transaction that holds the key: its lock ends with it, however the process does.</summary>
    private async Task<WriteAnswer> OnceAsync(IReadOnlyList<(SpooledFile File, Contract Contract)> files, IdempotencyKey key, CancellationToken aborted, CancellationToken cancellationToken)
    {
        foreach (var (_, contract) in files) await _sink.PrepareAsync(contract, cancellationToken);
        // What a file is called by its sender's disk, and where the parts' boundaries are, is no part of it.
        var digest = SHA256.HashData([.. "upload\n"u8, .. files.OrderBy(f => f.Contract.Id.Name, StringComparer.Ordinal).SelectMany(f => (byte[])[.. Encoding.UTF8.GetBytes($"{f.Contract.Id}\n"), .. f.File.Digest])]);
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await StoredAnswers.ClaimAsync(connection, key, digest, cancellationToken) is { } stored) return stored;
        var receipts = await LandAsync(files, key, digest, aborted, cancellationToken);
        var answer = Answer(receipts);
        await answers.KeepAsync(connection, key, digest, answer, receipts.Select(r => r.Receipt.Source), CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return answer;
    }

    private async Task<List<(string File, Receipt Receipt)>> LandAsync(IReadOnlyList<(SpooledFile File, Contract Contract)> files, IdempotencyKey? key, byte[] digest, CancellationToken aborted, CancellationToken cancellationToken)
    {
        var id = key is null ? Guid.NewGuid().ToString("N") : $"{key.Key}.{key.Generation(digest):x16}";
        var receipts = new List<(string File, Receipt Receipt)>();
        foreach (var (file, contract) in files)
        {
            // Whatever it needs stands, or has come with it.
            var impatient = contract with { WaitForParents = TimeSpan.Zero };
            var source = WriteRequest.SourceOf(impatient, $"{contract.Tables[0]}/{id}", 0, clock.GetUtcNow(), file.Length);
            try
            {
                receipts.Add((file.Name, await LandAsync(file, source, cancellationToken)));
            }
            catch (RetryException e)
            {
                throw Unfinished(StatusCodes.Status503ServiceUnavailable, file, e.Message, e.Hint ?? "send it again in a moment", receipts, e);
            }
            catch (OperationCanceledException e) when (!aborted.IsCancellationRequested)
            {
                throw Unfinished(StatusCodes.Status504GatewayTimeout, file, "there was not time enough to land it", "send less at once, or put it into the drop zone's bucket", receipts, e);
            }
        }
        return receipts;
    }

    private static ProblemException Unfinished(int status, SpooledFile file, string detail, string hint, List<(string File, Receipt Receipt)> receipts, Exception cause) =>
        new(status, $"{ProblemException.Shown(file.Name)}: {detail}", $"{hint}; files that have landed are listed, and land once for one Idempotency-Key", cause)
        {
            Headers = [("Retry-After", "1")],
            Members = json => Write(json, receipts),
        };

    private async Task<Receipt> LandAsync(SpooledFile file, Source source, CancellationToken cancellationToken)
    {
        var (receipt, _) = await new FileLander(_database, _sink, clock, log).LandAsync(source, file.Open, cancellationToken);
        return receipt.Outcome == "refused" ? receipt with { Hint = $"{receipt.Hint}{(receipt.Hint is null ? "" : "; ")}nothing of the file is kept here: mend it and send it again" } : receipt;
    }

    private static WriteAnswer Answer(List<(string File, Receipt Receipt)> receipts)
    {
        var refused = receipts.Where(r => r.Receipt.Outcome != "landed").Select(r => r.File).ToList();
        if (refused.Count == 0) return new(StatusCodes.Status200OK) { Headers = [("Content-Type", "application/json")], Body = WriteAnswers.Json(json => Write(json, receipts)) };
        const int status = StatusCodes.Status422UnprocessableEntity;
        return new(status) { Headers = [("Content-Type", "application/problem+json")], Body = WriteAnswers.Json(json =>
        {
            json.WriteString("type", "about:blank");
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
            json.WriteNumber("status", status);
            json.WriteString("detail", $"{string.Join(", ", refused.Select(ProblemException.Shown))} did not land; the receipts say why");
            json.WriteString("hint", "send what did not land again, mended, with a new Idempotency-Key");
            Write(json, receipts);
        }) };
    }

    private static void Write(Utf8JsonWriter json, List<(string File, Receipt Receipt)> receipts)
    {
        json.WriteStartArray("files");
        foreach (var (file, receipt) in receipts)
        {
            json.WriteStartObject();
            json.WriteString("file", ProblemException.Shown(file));
            json.WritePropertyName("receipt");
            json.WriteRawValue(ReceiptJson.Write(receipt));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

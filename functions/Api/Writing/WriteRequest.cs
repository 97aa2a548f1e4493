using System.Security.Cryptography;
using System.Text;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Rest.Routing;
using Landfall.Sinks;

namespace Landfall.Rest.Writing;

/// <summary>A request that writes rows of one table. It is a landing: it has an identity and an order, as a file has.</summary>
internal sealed record WriteRequest
{
    /// <summary>Stands for the bucket in the identity.</summary>
    public const string Bucket = "api";

    private WriteRequest(WritableTable table, Preferences prefer, IdempotencyKey? key, byte[] digest, Source source) => (Table, Prefer, Key, Digest, Source) = (table, prefer, key, digest, source);

    public WritableTable Table { get; }

    public Preferences Prefer { get; }

    /// <summary>Null where the request has none, and where nothing of it stays.</summary>
    public IdempotencyKey? Key { get; }

    /// <summary>SHA-256 of all that makes it another request; empty without a key.</summary>
    public byte[] Digest { get; }

    public Source Source { get; }

    /// <param name="row">The row's key in the path, as it stands there; empty when it is about several.</param>
    /// <exception cref="ProblemException">400: a header can not be read.</exception>
    public static WriteRequest Of(ApiRequest request, WritableTable table, string row, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var prefer = Preferences.Of(request.Http.Request);
        var key = IdempotencyKey.Of(request);
        if (prefer.DryRun) key = null;
        var digest = key is null ? [] : Digested($"{request.Http.Request.Method}\n{table.Api.Name}\n{row}\n{prefer}\n{request.Http.Request.Headers.IfMatch}\n{request.Http.Request.Headers.IfNoneMatch}\n", body.Span);
        return new(table, prefer, key, digest, SourceOf(table.Contract, $"{table.Api.Name}/{key?.Key ?? Guid.NewGuid().ToString("N")}", key?.Generation(digest) ?? 0, now, body.Length));
    }

    /// <summary>What a request is as a source.</summary>
    /// <param name="contract">Whose rows it brings.</param>
    /// <param name="name">Behind the bucket.</param>
    /// <param name="generation">Tells it from another of that name; the same whenever it comes again.</param>
    /// <param name="now">When it came.</param>
    /// <param name="size">Bytes of its body.</param>
    public static Source SourceOf(Contract contract, string name, long generation, DateTimeOffset now, long size)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        // Where files are ordered by the date in their name, what comes over HTTP is of today; where they have none, it has none.
        DateOnly? date = contract.Object?.HasDate == true ? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, contract.TimeZone).DateTime) : null;
        return new(contract, new(Bucket, name, generation, at, size), date);
    }

    private static byte[] Digested(string head, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(head));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}

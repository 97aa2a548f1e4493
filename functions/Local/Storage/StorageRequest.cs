using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Landfall.Local.Storage;

/// <summary>
/// A request as it was sent. Object names stand in the path with their slashes percent-encoded, and Kestrel's own path decodes selectively and
/// resolves dots: so segments are cut from the raw target, and each is decoded once.
/// </summary>
internal sealed class StorageRequest
{
    private StorageRequest(HttpContext context, string service, string[] segments) => (Context, Service, Segments) = (context, service, segments);

    public HttpContext Context { get; }

    /// <summary>What stands before <c>/b</c>: <c>/storage/v1</c>, <c>/upload/storage/v1</c>…</summary>
    public string Service { get; }

    public bool IsUpload => Service.Contains("upload", StringComparison.Ordinal);

    public string Method => Context.Request.Method;

    /// <summary>The path behind <see cref="Service"/>, decoded.</summary>
    public string[] Segments { get; }

    /// <summary>This server's own address, for the links in its answers.</summary>
    public string Root => $"{Context.Request.Scheme}://{Context.Request.Host}";

    public CancellationToken Aborted => Context.RequestAborted;

    public static StorageRequest Of(HttpContext context, string service)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/')) target = target[target.IndexOf('/', target.IndexOf("//", StringComparison.Ordinal) + 2)..];
        var path = target.Split('?')[0];
        if (!path.StartsWith(service + "/", StringComparison.Ordinal)) throw StorageException.Invalid("The path has dots that lead out of it.");
        return new(context, service, [.. path[(service.Length + 1)..].Split('/').Select(Uri.UnescapeDataString)]);
    }

    /// <exception cref="StorageException">It holds a NUL, which no name has, and which Postgres takes in no text.</exception>
    public string? Text(string parameter) => Context.Request.Query[parameter] is not [{ Length: > 0 } value, ..] ? null
        : value.Contains('\0', StringComparison.Ordinal) ? throw StorageException.Invalid($"Invalid value for {parameter}: it holds a NUL character.") : value;

    /// <exception cref="StorageException">It is no number.</exception>
    public long? Number(string parameter) =>
        Text(parameter) is not { } text ? null
        : long.TryParse(text, out var number) ? number
        : throw StorageException.Invalid($"Invalid value for {parameter}: '{text}' is not a whole number.");

    public Preconditions Preconditions => new(Number("ifGenerationMatch"), Number("ifGenerationNotMatch"), Number("ifMetagenerationMatch"));
}

using System.Security.Cryptography;
using System.Text;
using Landfall.Hosting;
using Landfall.Rest.Routing;

namespace Landfall.Rest.Writing;

/// <summary>
/// What a caller names a request by, so that it is done once however often it is sent (draft-ietf-httpapi-idempotency-key-header). Keys are each caller's own.
/// </summary>
/// <param name="Caller">The verified email; empty where access is switched off.</param>
/// <param name="Key">Without the quotes that the draft has around it.</param>
internal sealed record IdempotencyKey(string Caller, string Key)
{
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 200;

    /// <summary>Null when the request has none.</summary>
    /// <exception cref="ProblemException">400: it is none.</exception>
    public static IdempotencyKey? Of(ApiRequest request)
    {
        var header = request.Http.Request.Headers[Header];
        if (header.Count == 0) return null;
        var key = header.Count == 1 ? header[0]!.Trim() : "";
        if (key is ['"', .. var inner, '"']) key = inner;
        return key.Length is > 0 and <= MaxLength && key.All(c => c is > ' ' and < '\x7f' and not ('"' or '\\'))
            ? new(request.Caller.Email ?? "", key)
            : throw ProblemException.Bad($"{Header} must be one text of 1 to {MaxLength} visible ASCII characters, without quotes and backslashes in it", "a random UUID is one");
    }

    /// <summary>What is locked while the request is under way.</summary>
    public long Lock => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"request\n{Caller}\n{Key}")));

    /// <summary>63 bits of caller and request: what tells landings of one key apart where callers, or days, have chosen the same.</summary>
    /// <param name="digest">The request's.</param>
    public long Generation(ReadOnlySpan<byte> digest) =>
        BitConverter.ToInt64(SHA256.HashData([.. Encoding.UTF8.GetBytes(Caller), 0, .. digest])) & long.MaxValue;
}

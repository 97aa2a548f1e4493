using Landfall.Hosting;
using Microsoft.AspNetCore.Http;

namespace Landfall.Functions;

/// <summary>What the sender says of the bytes: <c>Content-MD5</c>, or <c>x-goog-hash</c> with <c>crc32c=</c> and <c>md5=</c> as Cloud Storage's own API takes it.</summary>
internal sealed class ExpectedChecksums
{
    private readonly List<(string Header, string Kind, string Value)> _said = [];

    /// <exception cref="ProblemException">400: a header can not be read.</exception>
    public ExpectedChecksums(IHeaderDictionary headers)
    {
        foreach (var md5 in headers.ContentMD5) Add("Content-MD5", "md5", md5 ?? "");
        foreach (var hash in headers["x-goog-hash"].SelectMany(line => (line ?? "").Split(',')))
        {
            var (kind, value) = hash.Split('=', 2, StringSplitOptions.TrimEntries) is [var before, var behind] ? (before, behind) : (hash, "");
            Add("x-goog-hash", kind, value);
        }
    }

    /// <exception cref="ProblemException">422: the bytes are others.</exception>
    public void Check(Checksums found)
    {
        foreach (var (header, kind, value) in _said)
        {
            var actual = kind == "md5" ? found.Md5() : found.Crc32c();
            if (actual != value) throw new ProblemException(StatusCodes.Status422UnprocessableEntity, $"{header} says {kind} {value}, and that of the {found.Bytes} bytes that came is {actual}; nothing of them was kept", "they were damaged on their way, or changed before: send the file again");
        }
    }

    private void Add(string header, string kind, string value)
    {
        var length = kind switch { "md5" => 16, "crc32c" => 4, _ => 0 };
        var bytes = new byte[32];
        if (length == 0 || value.Length > 24 || !Convert.TryFromBase64String(value, bytes, out var written) || written != length)
            throw ProblemException.Bad($"{header} can not be read", "expected Content-MD5: <base 64 of 16 bytes>, or x-goog-hash: crc32c=<base 64 of 4 bytes>, md5=<base 64 of 16 bytes>");
        _said.Add((header, kind, Convert.ToBase64String(bytes.AsSpan(0, length))));
    }
}

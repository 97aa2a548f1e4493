using System.Text;

namespace Landfall.Contracts;

/// <summary>The encodings a text file may be in, by their IANA names.</summary>
public static class TextEncodings
{
    public const string Utf8 = "utf-8";

    /// <summary>What a contract may say.</summary>
    public static IReadOnlyList<string> Names { get; } = [Utf8, "utf-16", "utf-16be", "iso-8859-1", "iso-8859-15", "windows-1250", "windows-1252"];

    /// <summary>The encoding of a name; it throws <see cref="DecoderFallbackException"/> on bytes that are none of its own.</summary>
    public static Encoding Find(string name) =>
        name == Utf8 ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)
            : CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
            ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
}

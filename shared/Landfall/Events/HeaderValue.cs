using System.Text;

namespace Landfall.Events;

/// <summary>How a CloudEvents attribute stands in an HTTP header (HTTP protocol binding 1.0.2, section 3.1.3.2).</summary>
internal static class HeaderValue
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Undoes double quotes, then one round of percent-encoding.</summary>
    /// <exception cref="BadEventException">A quote is left open, a percent sign lacks its two digits, or the bytes are no UTF-8.</exception>
    public static string Decode(string value, string header)
    {
        var text = value.Contains('"', StringComparison.Ordinal) ? Unquote(value, header) : value;
        return text.Contains('%', StringComparison.Ordinal) ? Unpercent(text, header) : text;
    }

    private static string Unquote(string value, string header)
    {
        var text = new StringBuilder(value.Length);
        var quoted = false;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '"')
                quoted = !quoted;
            else if (quoted && value[i] == '\\')
                text.Append(++i < value.Length ? value[i] : throw Bad(header, "ends in a backslash"));
            else
                text.Append(value[i]);
        }
        return quoted ? throw Bad(header, "has a double quote that is not closed") : text.ToString();
    }

    private static string Unpercent(string text, string header)
    {
        try
        {
            var bytes = Strict.GetBytes(text);
            var length = 0;
            for (var i = 0; i < bytes.Length; i++)
            {
                if (bytes[i] != '%')
                {
                    bytes[length++] = bytes[i];
                    continue;
                }
                if (i + 2 >= bytes.Length || !char.IsAsciiHexDigit((char)bytes[i + 1]) || !char.IsAsciiHexDigit((char)bytes[i + 2]))
                    throw Bad(header, "has a percent sign without two hexadecimal digits behind it");
                bytes[length++] = (byte)((Nibble(bytes[i + 1]) << 4) | Nibble(bytes[i + 2]));
                i += 2;
            }
            return Strict.GetString(bytes, 0, length);
        }
        catch (ArgumentException e)
        {
            // Overlong forms such as %C0%A0 too: decoding them leniently would let two spellings name one thing.
            throw new BadEventException($"The header '{header}' is not UTF-8 once percent-decoded.", inner: e);
        }
    }

    private static int Nibble(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static BadEventException Bad(string header, string what) => new($"The header '{header}' {what}; expected a CloudEvents header value.");
}

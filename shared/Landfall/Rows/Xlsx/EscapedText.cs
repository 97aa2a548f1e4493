using System.Globalization;
using System.Text;

namespace Landfall.Rows.Xlsx;

/// <summary>Characters that XML can not hold stand as <c>_x000D_</c>; an underscore that would be read so stands as <c>_x005F_</c> (ECMA-376, ST_Xstring).</summary>
internal static class EscapedText
{
    private const int Length = 7;

    /// <summary>Resolves, in place, what stands in the buffer from a place on.</summary>
    public static void Resolve(ByteBuffer buffer, int start)
    {
        var text = buffer[start..];
        var at = text.IndexOf("_x"u8);
        if (at < 0) return;
        var to = at;
        while (at < text.Length)
        {
            if (text[at] != '_' || !TryUnit(text[at..], out var unit))
            {
                text[to++] = text[at++];
                continue;
            }
            at += Length;
            // Half a pair alone is no character.
            if (!Rune.TryCreate(unit, out var rune))
            {
                rune = Rune.ReplacementChar;
                if (TryUnit(text[at..], out var second) && Rune.TryCreate(unit, second, out var pair))
                {
                    rune = pair;
                    at += Length;
                }
            }
            to += rune.EncodeToUtf8(text[to..]);
        }
        buffer.CutTo(start + to);
    }

    private static bool TryUnit(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text.Length < Length || text[0] != '_' || text[1] != 'x' || text[6] != '_') return false;
        if (!ushort.TryParse(text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)) return false;
        unit = (char)code;
        return true;
    }
}

using System.Text;

namespace Landfall.Local.Storage;

/// <summary>Where a page of a listing ended: behind a version, or behind everything under a folded prefix.</summary>
internal readonly record struct PageToken(string Name, long Generation, string Folded)
{
    public static PageToken Start { get; } = new("", 0, "");

    public static PageToken Parse(string token)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(token));
            var comma = text.IndexOf(',', StringComparison.Ordinal);
            var name = text[(comma + 2)..];
            return new(name, long.Parse(text.AsSpan(0, comma)), text[comma + 1] == 'f' ? name : "");
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw StorageException.Invalid("Invalid page token.");
        }
    }

    public override string ToString() => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Generation},{(Folded.Length > 0 ? 'f' : 'n')}{Name}"));
}

using System.Runtime.CompilerServices;
using System.Text;

namespace Landfall.Tests.Events;

/// <summary>A request or a file as it came, kept in Recorded/; beside each stands what it must be read as.</summary>
internal sealed record RecordedEvent(string Name, byte[] Head, byte[] Body)
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "Recorded");

    public bool IsRequest => Name.EndsWith(".http", StringComparison.Ordinal);

    public static string ExpectedPath(string name) => Path.Combine(Folder, Path.GetFileNameWithoutExtension(name) + ".expected.json");

    public static IEnumerable<string> Names() => Directory.GetFiles(Folder)
        .Where(file => !file.EndsWith(".expected.json", StringComparison.Ordinal))
        .Select(file => Path.GetFileName(file)!)
        .Order(StringComparer.Ordinal);

    public static RecordedEvent Load(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, name));
        if (!name.EndsWith(".http", StringComparison.Ordinal)) return new(name, [], bytes);
        var end = bytes.AsSpan().IndexOf("\n\n"u8);
        var head = end < 0 ? bytes : bytes[..end];
        return new(name, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(head).TrimEnd().ReplaceLineEndings("\r\n")), end < 0 ? [] : bytes[(end + 2)..]);
    }

    /// <summary>The header lines, by name.</summary>
    public IEnumerable<(string Name, string Value)> Headers() => Encoding.UTF8.GetString(Head).Split("\r\n").Skip(1)
        .Select(line => line.Split(':', 2))
        .Where(parts => parts.Length == 2)
        .Select(parts => (parts[0], parts[1].Trim()));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

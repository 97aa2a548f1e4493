using System.Buffers;
using System.Text;
using System.Text.Unicode;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Landfall.Contracts.Reading;

/// <summary>A file on disk, as far as its top map. Whatever the bytes are, it throws nothing.</summary>
internal static class YamlFile
{
    /// <summary>Far above any contract a person keeps; a larger file is something else under a contract's name.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>What a contract is, for messages.</summary>
    private const string OfContract = "the YAML of a contract";

    /// <summary>The file's top map; null when there is none to read, and the log says why.</summary>
    public static YamlMap? Read(string path, FaultLog faults)
    {
        var file = Path.GetFileName(path);
        return Text(path, OfContract, faults) is { } text ? Parse(text, file, OfContract, "A contract is one map that begins with apiVersion: v3.1.0", faults) : null;
    }

    /// <summary>The top map of a text, which is a file's or, line for line, a part of it; null when there is none, and the log says why.</summary>
    /// <param name="kind">What it should be: <c>the YAML of a contract</c>.</param>
    /// <param name="hint">What to do where there is no map.</param>
    public static YamlMap? Parse(string text, string file, string kind, string hint, FaultLog faults)
    {
        var stream = new YamlStream();
        var scanner = new Scanner(new StringReader(text));
        try
        {
            stream.Load(new StrictParser(new Parser(scanner), (line, key) =>
                faults.Add(file, line, "", $"the word '{key}' stands twice in one map", "Keep one of them")));
        }
        catch (YamlException e)
        {
            // The line of the exception is where the broken map, list or text begins, which may be far above what breaks it.
            var noticed = scanner.CurrentPosition.Line;
            Unreadable(file, kind, e.Start.Line, $"{e.Message.TrimEnd('.')}{(noticed > e.Start.Line ? $" (noticed in line {noticed})" : "")}", faults);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The parser's own slips: a text in brackets that goes on too far left in the next line, an escape beyond Unicode.
            Unreadable(file, kind, scanner.CurrentPosition.Line, "the parser can not go on here", faults,
                "What is in brackets and goes on in the next line is indented further than its key");
            return null;
        }
        switch (stream.Documents)
        {
            case [{ RootNode: YamlMappingNode top }]:
                return new YamlMap(faults, file, "", 1, top);
            case [_, var second, ..]:
                faults.Add(file, second.RootNode.Start.Line, "", "holds more than one YAML document", "A contract is a file of its own");
                return null;
            default:
                faults.Add(file, 1, "", "does not hold a map", hint);
                return null;
        }
    }

    /// <summary>A file's UTF-8; null when it is none, too long or unreadable, and the log says why.</summary>
    /// <param name="kind">What the file should be, for messages.</param>
    public static string? Text(string path, string kind, FaultLog faults)
    {
        var file = Path.GetFileName(path);
        byte[] bytes;
        int length;
        try
        {
            using var stream = File.OpenRead(path);
            bytes = new byte[Math.Min(stream.Length, MaxBytes) + 1];
            length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(file, 0, "", $"can not be read: {e.Message.TrimEnd('.')}", "The program's account needs to read it");
            return null;
        }
        if (length > MaxBytes)
        {
            Unreadable(file, kind, 0, "the file is larger than 1 MiB", faults);
            return null;
        }
        var content = bytes.AsSpan(0, length);
        if (content.StartsWith(Encoding.UTF8.Preamble)) content = content[Encoding.UTF8.Preamble.Length..];
        var chars = new char[content.Length];
        if (Utf8.ToUtf16(content, chars, out var read, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            Unreadable(file, kind, LineAt(content, read), "the bytes here are not UTF-8", faults, "Save the file as UTF-8");
            return null;
        }
        // The parser takes NUL for the end, and would pass over what follows.
        if (content.IndexOf((byte)0) is >= 0 and var nul)
        {
            Unreadable(file, kind, LineAt(content, nul), "there is a NUL", faults, "Save the file as UTF-8");
            return null;
        }
        return new string(chars, 0, written);
    }

    private static int LineAt(ReadOnlySpan<byte> content, int index) => content[..index].Count((byte)'\n') + 1;

    private static void Unreadable(string file, string kind, long line, string why, FaultLog faults, string? hint = null) =>
        faults.Add(file, line, "", $"is not {kind}: {why}", hint);
}

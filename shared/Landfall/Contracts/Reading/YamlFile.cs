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

    /// <summary>The file's top map; null when there is none to read, and the log says why.</summary>
    public static YamlMap? Read(string path, FaultLog faults)
    {
        var file = Path.GetFileName(path);
        return Text(path, file, faults) is { } text && Top(text, file, faults) is { } top ? new YamlMap(faults, file, "", 1, top) : null;
    }

    private static YamlMappingNode? Top(string text, string file, FaultLog faults)
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
            Unreadable(file, e.Start.Line, $"{e.Message.TrimEnd('.')}{(noticed > e.Start.Line ? $" (noticed in line {noticed})" : "")}", faults);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The parser's own slips: a text in brackets that goes on too far left in the next line, an escape beyond Unicode.
            Unreadable(file, scanner.CurrentPosition.Line, "the parser can not go on here", faults,
                "What is in brackets and goes on in the next line is indented further than its key");
            return null;
        }
        switch (stream.Documents)
        {
            case [{ RootNode: YamlMappingNode top }]:
                return top;
            case [_, var second, ..]:
                faults.Add(file, second.RootNode.Start.Line, "", "holds more than one YAML document", "A contract is a file of its own");
                return null;
            default:
                faults.Add(file, 1, "", "does not hold a map", "A contract is one map that begins with apiVersion: v3.1.0");
                return null;
        }
    }

    private static string? Text(string path, string file, FaultLog faults)
    {
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
            Unreadable(file, 0, "the file is larger than 1 MiB", faults);
            return null;
        }
        var content = bytes.AsSpan(0, length);
        if (content.StartsWith(Encoding.UTF8.Preamble)) content = content[Encoding.UTF8.Preamble.Length..];
        var chars = new char[content.Length];
        if (Utf8.ToUtf16(content, chars, out var read, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            Unreadable(file, LineAt(content, read), "the bytes here are not UTF-8", faults, "Save the file as UTF-8");
            return null;
        }
        // The parser takes NUL for the end, and would pass over what follows.
        if (content.IndexOf((byte)0) is >= 0 and var nul)
        {
            Unreadable(file, LineAt(content, nul), "there is a NUL", faults, "Save the file as UTF-8");
            return null;
        }
        return new string(chars, 0, written);
    }

    private static int LineAt(ReadOnlySpan<byte> content, int index) => content[..index].Count((byte)'\n') + 1;

    private static void Unreadable(string file, long line, string why, FaultLog faults, string? hint = null) =>
        faults.Add(file, line, "", $"is not the YAML of a contract: {why}", hint);
}

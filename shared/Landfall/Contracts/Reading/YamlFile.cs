using System.Buffers;
using System.Text;
using System.Text.Unicode;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Landfall.Contracts.Reading;

/// <summary>A file on disk, as far as its top map.</summary>
internal static class YamlFile
{
    /// <summary>Far above any contract a person keeps; a larger file is something else under a contract's name.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>The file's top map; null when there is none to read, and the log says why.</summary>
    public static YamlMap? Read(string path, FaultLog faults)
    {
        var file = Path.GetFileName(path);
        try
        {
            return Top(Text(path), file, faults) is { } top ? new YamlMap(faults, file, "", 1, top) : null;
        }
        catch (YamlException e)
        {
            faults.Add(file, e.Start.Line, "", $"is not the YAML of a contract: {e.InnerException?.Message ?? e.Message}".TrimEnd('.'));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(file, 0, "", $"can not be read: {e.Message}".TrimEnd('.'), "The program's account needs read access to it");
        }
        return null;
    }

    private static YamlMappingNode? Top(string text, string file, FaultLog faults)
    {
        var stream = new YamlStream();
        stream.Load(new StrictParser(new Parser(new StringReader(text)), (line, key) =>
            faults.Add(file, line, "", $"the word '{key}' stands twice in one map", "Keep one of them")));
        if (stream.Documents is [{ RootNode: YamlMappingNode top }]) return top;
        faults.Add(file, stream.Documents.Count > 1 ? stream.Documents[1].RootNode.Start.Line : 1, "",
            stream.Documents.Count > 1 ? "holds more than one YAML document" : "does not hold a map", "A contract is one map that begins with apiVersion: v3.1.0");
        return null;
    }

    /// <exception cref="YamlException">Too large, or not UTF-8.</exception>
    private static string Text(string path)
    {
        using var stream = File.OpenRead(path);
        var bytes = new byte[MaxBytes + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > MaxBytes) throw new YamlException("the file is larger than 1 MiB");
        var content = bytes.AsSpan(0, length);
        if (content.StartsWith(Encoding.UTF8.Preamble)) content = content[Encoding.UTF8.Preamble.Length..];
        var text = new char[content.Length];
        if (Utf8.ToUtf16(content, text, out var read, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            var at = new Mark(read, content[..read].Count((byte)'\n') + 1, 1);
            throw new YamlException(at, at, "the bytes here are not UTF-8; save the file as UTF-8");
        }
        return new string(text, 0, written);
    }
}

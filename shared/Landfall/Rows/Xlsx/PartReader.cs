using System.Text;
using System.Xml;

namespace Landfall.Rows.Xlsx;

/// <summary>
/// Walks the XML of one part, forward only. No document types, so no entities; UTF-8 only; depth, names and lengths are bounded. Elements go by their local
/// names: the standard has two namespaces for each (ECMA-376, transitional and strict), and any prefix. Throws <see cref="RejectException"/> only.
/// </summary>
internal sealed class PartReader : IDisposable
{
    private readonly string _part;
    private readonly XmlReader _xml;
    private readonly char[] _chars = new char[4096];

    public PartReader(PartStream stream, string part)
    {
        _part = part;
        // The reader's own guess of an encoding would let UTF-16 through, in which PartStream can not tell a tag's beginning.
        var text = new StreamReader(stream, new UTF8Encoding(true, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, bufferSize: 32 * 1024);
        _xml = Guarded(() => XmlReader.Create(text, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CloseInput = true,
            NameTable = new BoundedNames(),
        }));
    }

    /// <summary>The current element's name without its prefix.</summary>
    public string Name => _xml.LocalName;

    public int Depth => _xml.Depth;

    /// <summary>Moves to the document's element.</summary>
    public bool Root()
    {
        while (Read())
        {
            if (_xml.NodeType == XmlNodeType.Element) return true;
        }
        return false;
    }

    /// <summary>Moves to the next element directly within the one at the depth, past whatever is within the current one; false at that element's end.</summary>
    public bool Child(int depth)
    {
        if (_xml.NodeType == XmlNodeType.Element && _xml.Depth == depth && _xml.IsEmptyElement) return false;
        while (Read())
        {
            if (_xml.Depth <= depth) return false;
            if (_xml.NodeType == XmlNodeType.Element && _xml.Depth == depth + 1) return true;
        }
        return false;
    }

    /// <summary>Reads what is left, so that the whole part has been compared with its checksum.</summary>
    public void Finish()
    {
        while (Read())
        {
        }
    }

    public string? Attribute(string name) => _xml.GetAttribute(name);

    /// <summary>The attribute that refers to a relationship: <c>r:id</c>, whatever the prefix.</summary>
    public string? RelationshipId()
    {
        string? id = null;
        while (_xml.MoveToNextAttribute())
        {
            if (_xml.LocalName == "id" && _xml.NamespaceURI.EndsWith("/relationships", StringComparison.Ordinal)) id = _xml.Value;
        }
        _xml.MoveToElement();
        return id;
    }

    /// <summary>Appends the text directly within the current element, blanks and all.</summary>
    public void Text(ByteBuffer to)
    {
        if (_xml.IsEmptyElement) return;
        var depth = _xml.Depth;
        while (Read() && _xml.Depth > depth)
        {
            if (_xml.Depth != depth + 1 || _xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)) continue;
            for (int read; (read = Chunk()) > 0;) to.Append(_chars.AsSpan(0, read));
        }
    }

    /// <summary>Appends a text as the standard has them (CT_Rst): plain or in runs, without its reading aids, its escapes resolved.</summary>
    public void RichText(ByteBuffer to)
    {
        var depth = _xml.Depth;
        while (Child(depth))
        {
            if (Name == "t") Unescaped(to);
            else if (Name == "r")
            {
                while (Child(depth + 1))
                {
                    if (Name == "t") Unescaped(to);
                }
            }
        }
    }

    /// <summary>Appends the text directly within the current element, its escapes resolved.</summary>
    public void Unescaped(ByteBuffer to)
    {
        var start = to.Length;
        Text(to);
        EscapedText.Resolve(to, start);
    }

    public void Dispose() => _xml.Dispose();

    private bool Read()
    {
        try
        {
            if (!_xml.Read()) return false;
        }
        catch (Exception e) when (IsFault(e))
        {
            throw Unreadable(e);
        }
        return _xml.Depth <= Limits.Depth ? true : throw Unreadable(new XmlException($"Its elements are nested deeper than {Limits.Depth}."));
    }

    private int Chunk()
    {
        try
        {
            return _xml.ReadValueChunk(_chars, 0, _chars.Length);
        }
        catch (Exception e) when (IsFault(e))
        {
            throw Unreadable(e);
        }
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsFault(e))
        {
            throw Unreadable(e);
        }
    }

    private static bool IsFault(Exception e) => e is XmlException or InvalidDataException or DecoderFallbackException or ArgumentException;

    /// <summary>An XML parser's message may quote the document, so it is told only where it names no content.</summary>
    private RejectException Unreadable(Exception e)
    {
        var what = e switch
        {
            XmlException { Message: var message } when message.Contains("DTD", StringComparison.Ordinal) => "declares a document type, which no workbook does",
            XmlException { LineNumber: 0, InnerException: null, Message: ['I', 't', 's', ..] or ['I', 't', ' ', ..] } => $"is unusual: {e.Message}",
            XmlException { LineNumber: > 0 } x => $"is not well-formed XML (line {x.LineNumber}, column {x.LinePosition})",
            DecoderFallbackException => "is not UTF-8",
            _ => "can not be decompressed",
        };
        return new($"the workbook's part {Package.Shown(_part)} {what}", "the file is damaged or was made by a faulty program; open it in a spreadsheet and save it again as .xlsx", rule: "xlsx", inner: e);
    }
}

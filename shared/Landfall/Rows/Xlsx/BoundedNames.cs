using System.Xml;

namespace Landfall.Rows.Xlsx;

/// <summary>The parser's names; it never forgets one, so a part with millions of them is refused.</summary>
internal sealed class BoundedNames : NameTable
{
    private int _count;

    public override string Add(string key) => Get(key) ?? Counted(base.Add(key));

    public override string Add(char[] key, int start, int len) => Get(key, start, len) ?? Counted(base.Add(key, start, len));

    private string Counted(string name) => ++_count <= Limits.Names ? name : throw new XmlException($"It has more than {Limits.Names} different names of elements and attributes.");
}

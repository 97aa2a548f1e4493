using System.Text;

namespace Landfall.Rows.Ndjson;

/// <summary>
/// The members that are known by name. Rows mostly have the same ones in the same order, so the one that followed in the last row is looked for first.
/// </summary>
internal sealed class JsonMembers
{
    /// <summary>Members that nobody wants are learnt up to this many, of names this long; a row with others takes the slower way.</summary>
    private const int MaxLearnt = 500;
    private const int MaxLearntLength = 200;

    private readonly int _most;
    private readonly Dictionary<byte[], JsonMember> _known = new(NameComparer.Instance);
    private readonly Dictionary<byte[], JsonMember>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private long _row;

    /// <param name="wanted">The names of the members 0, 1, 2…</param>
    /// <param name="learns">Whether members that nobody wants are learnt.</param>
    public JsonMembers(IReadOnlyList<string> wanted, bool learns)
    {
        _most = wanted.Count + (learns ? MaxLearnt : 0);
        _lookup = _known.GetAlternateLookup<ReadOnlySpan<byte>>();
        foreach (var name in wanted) Add(Encoding.UTF8.GetBytes(name));
    }

    /// <summary>Stands before a row's first member.</summary>
    public JsonMember Start { get; } = new(-1, []);

    public void Begin() => _row++;

    /// <summary>The member of a name without escapes; null when it is not known.</summary>
    public JsonMember? Find(ReadOnlySpan<byte> name) => _lookup.TryGetValue(name, out var member) ? member : null;

    /// <summary>The member that follows another; learnt, if need be and may be.</summary>
    public JsonMember? Follow(JsonMember previous, ReadOnlySpan<byte> name)
    {
        var member = Find(name);
        if (member is null)
        {
            if (_known.Count >= _most || name.Length > MaxLearntLength) return null;
            member = Add(name.ToArray());
        }
        previous.Following = member;
        return member;
    }

    /// <summary>False when the row has had the member already.</summary>
    public bool TryMark(JsonMember member)
    {
        if (member.Row == _row) return false;
        member.Row = _row;
        return true;
    }

    private JsonMember Add(byte[] name)
    {
        // What can not stand in a string as it is never matches as it is.
        var plain = !name.AsSpan().ContainsAny((byte)'"', (byte)'\\') && !name.AsSpan().ContainsAnyInRange((byte)0, (byte)0x1f);
        var member = new JsonMember(_known.Count, plain ? [(byte)'"', .. name, (byte)'"'] : [0]);
        _known.Add(name, member);
        return member;
    }
}

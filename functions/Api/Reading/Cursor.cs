using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Landfall.Hosting;

namespace Landfall.Rest.Reading;

/// <summary>Where a page ended: the last row's values in the query's order, and how many rows have been before it. For its caller a word without a meaning.</summary>
/// <param name="Seen">Rows before, on all pages.</param>
/// <param name="Values">One a step of the order; null is NULL.</param>
internal sealed record Cursor(long Seen, IReadOnlyList<string?> Values)
{
    private const int SealBytes = 16;

    /// <summary>Characters; beyond it a URL would be too long for what stands between here and the caller.</summary>
    private const int MaxLength = 6000;

    /// <param name="key">The seal's: nobody who does not know it can make a cursor.</param>
    /// <param name="query">Whose cursor it is: table, filters and order are sealed with it.</param>
    /// <exception cref="ProblemException">400: the values of the order are too long for a URL.</exception>
    public string Write(byte[] key, RowQuery query)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write7BitEncodedInt64(Seen);
            foreach (var value in Values)
            {
                writer.Write(value is not null);
                if (value is not null) writer.Write(value);
            }
        }
        var bytes = content.ToArray();
        var text = Base64Url.EncodeToString([.. Seal(key, query, bytes), .. bytes]);
        return text.Length <= MaxLength ? text : throw ProblemException.Bad("The values that the rows are ordered by are too long to go on from", "order by other columns, or by the key alone");
    }

    /// <exception cref="ProblemException">400: it is none, or another query's.</exception>
    public static Cursor Read(byte[] key, RowQuery query, string text)
    {
        var bytes = text.Length <= MaxLength && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
        // Base64 may say the same in several ways; this is one of them.
        if (bytes.Length <= SealBytes || Base64Url.EncodeToString(bytes) != text || !CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, SealBytes), Seal(key, query, bytes.AsSpan(SealBytes))))
            throw ProblemException.Bad("The cursor is not one of this table with this order and these filters", "follow the link of the page before as it is, or leave the cursor out and begin anew");
        using var reader = new BinaryReader(new MemoryStream(bytes, SealBytes, bytes.Length - SealBytes), Encoding.UTF8);
        var seen = reader.Read7BitEncodedInt64();
        return new(seen, [.. query.Order.Select(_ => reader.ReadBoolean() ? reader.ReadString() : null)]);
    }

    private static byte[] Seal(byte[] key, RowQuery query, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes(Meaning(query)));
        hash.AppendData([0]);
        hash.AppendData(content);
        return hash.GetHashAndReset()[..SealBytes];
    }

    /// <summary>Filters mean the same in any order. A value's length stands before it, so that no two lists are written alike.</summary>
    private static string Meaning(RowQuery query) => string.Join('\n',
        [
            query.Table.Name,
            string.Join(',', query.Order.Select(term => term.Sql)),
            .. query.Filters.Select(filter => $"{filter.Column.Name} {filter.Operator} {string.Concat(filter.Values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Length}:{v}")))}").Order(StringComparer.Ordinal),
        ]);
}

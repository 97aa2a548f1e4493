using Landfall.Cloud;

namespace Landfall.Functions;

/// <summary>A file that is in its bucket.</summary>
/// <param name="Version">The object.</param>
/// <param name="Md5">Of its bytes, in base 64; null where nobody knows.</param>
/// <param name="Sent">Whether the request made this version; false where it stood already with the same bytes, null where none was sent.</param>
internal sealed record Dropped(StoredObject Version, string? Md5, bool? Sent);

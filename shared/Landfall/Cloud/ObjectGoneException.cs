namespace Landfall.Cloud;

/// <summary>
/// The version being read was deleted half-way, so the rest of it can not be had. Not a <see cref="LandingException"/>: the landing decides whether a
/// newer version has taken its place.
/// </summary>
public sealed class ObjectGoneException(StoredObject source) : IOException($"{source} was deleted while it was being read")
{
    public StoredObject Version { get; } = source;
}

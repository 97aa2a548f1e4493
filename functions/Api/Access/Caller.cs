using Landfall.Rest.Tables;

namespace Landfall.Rest.Access;

/// <summary>Who asks, and what they may do.</summary>
/// <param name="email">Verified; null for somebody who is not known.</param>
/// <param name="roles">Of the contracts.</param>
/// <param name="all">Whether everything is open.</param>
internal sealed class Caller(string? email, IReadOnlySet<string> roles, bool all)
{
    /// <summary>Somebody who is not known, where nobody needs to be.</summary>
    public static Caller Anyone { get; } = new(null, new HashSet<string>(), all: false);

    /// <summary>Somebody, where access is switched off.</summary>
    public static Caller Everyone { get; } = new(null, new HashSet<string>(), all: true);

    public string? Email { get; } = email;

    public bool MayRead(ApiTable table) => all || table.Readers.Overlaps(roles);

    public bool MayWrite(ApiTable table) => all || table.Writers.Overlaps(roles);
}

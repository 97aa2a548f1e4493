namespace Landfall.Hosting.Access;

/// <summary>Who asks, and what they may do.</summary>
/// <param name="email">Verified; null for somebody who is not known.</param>
/// <param name="roles">Of the contracts.</param>
/// <param name="all">Whether everything is open.</param>
public sealed class Caller(string? email, IReadOnlySet<string> roles, bool all)
{
    /// <summary>Somebody who is not known, where nobody needs to be.</summary>
    public static Caller Anyone { get; } = new(null, new HashSet<string>(), all: false);

    /// <summary>Somebody, where access is switched off.</summary>
    public static Caller Everyone { get; } = new(null, new HashSet<string>(), all: true);

    public string? Email { get; } = email;

    /// <param name="allowed">The roles that may: of <see cref="TableRoles"/>.</param>
    public bool HasOneOf(IReadOnlySet<string> allowed) => all || allowed.Overlaps(roles);
}

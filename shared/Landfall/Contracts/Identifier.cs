namespace Landfall.Contracts;

/// <summary>
/// A name that may stand in SQL. The only way from a contract into a statement: what does not parse as <c>[a-z_][a-z0-9_]{0,62}</c>
/// (Postgres' 63 bytes) never gets there, so an identifier needs no escaping; it is quoted only because it may be a keyword.
/// </summary>
public readonly record struct Identifier
{
    private readonly string? _name;

    private Identifier(string name) => _name = name;

    /// <summary>The bare name.</summary>
    public string Name => _name ?? throw new InvalidOperationException("An Identifier is made by Parse.");

    /// <summary>The name in double quotes, as Postgres takes it.</summary>
    public string Quoted => $"\"{Name}\"";

    /// <exception cref="FormatException">The name is not of the form above.</exception>
    public static Identifier Parse(string name) =>
        TryParse(name, out var identifier) ? identifier : throw new FormatException($"'{name}' is not an identifier: [a-z_][a-z0-9_]{{0,62}}");

    public static bool TryParse(string? name, out Identifier identifier)
    {
        var ok = name is not null && IsForm(name);
        identifier = ok ? new(name!) : default;
        return ok;
    }

    public override string ToString() => Name;

    private static bool IsForm(string name)
    {
        if (name.Length is 0 or > 63 || char.IsAsciiDigit(name[0])) return false;
        foreach (var c in name)
        {
            if (c != '_' && !char.IsAsciiDigit(c) && !char.IsAsciiLetterLower(c)) return false;
        }
        return true;
    }
}

namespace Landfall.Contracts.Reading;

/// <summary>The one custom property that is Landfall's: ODCS' own place for what the standard has no word for.</summary>
internal static class LandfallProperty
{
    private const string Name = "landfall";

    /// <summary>The property's map; null when there is none, or none that can be read.</summary>
    /// <param name="owner">What has the <c>customProperties</c>.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    public static YamlMap? Find(YamlMap owner, bool required = false)
    {
        var found = new List<YamlMap>();
        foreach (var property in owner.Maps("customProperties", "property"))
        {
            var name = property.RequiredText("property");
            if (name == Name) found.Add(property);
            else if (name?.Length < 20 && NameShape.Of(Name).Distance(name.ToLowerInvariant()) <= 2)
                property.Fault("property", $"is {Spelling.Shown(name)}", $"Perhaps '{Name}' was meant");
        }
        if (found.Count == 0 && required)
            owner.Fault("customProperties", $"has no '{Name}', which says how its rows come",
                $"Add - {{ property: {Name}, value: {{ object: bucket/name }} }}");
        if (found.Count > 1) found[1].Fault("property", $"'{Name}' stands twice", "Join the two");
        return found is [var first, ..] && first.Require("value") ? first.Map("value") : null;
    }

    /// <summary>Notes the property where it has no meaning.</summary>
    public static void Refuse(YamlMap owner)
    {
        if (Find(owner) is not null)
            owner.Fault("customProperties", $"holds '{Name}', which says nothing about a property", "It stands on the contract and on tables");
    }
}

namespace Landfall.Contracts.Reading;

/// <summary>What a table or a view is called in the warehouse: <c>physicalName</c>, or else <c>name</c>.</summary>
internal static class NamePart
{
    /// <returns>Null when it can not be read; the log says why.</returns>
    public static (Identifier? Schema, Identifier Name)? Read(YamlMap map, ContractDraft contract)
    {
        var word = map.Has("physicalName") ? "physicalName" : "name";
        if (map.Text(word) is not { } text) return null;
        var kind = ViewPart.IsOne(map) ? "view" : "table";
        var parts = word == "name" ? [text] : text.Split('.');
        if (parts.Length > 2 || !Identifier.TryParse(parts[^1], out var name) || !Identifier.TryParse(parts[0], out var schema))
        {
            var expected = word == "name" ? $"a {kind}'s name" : $"a {kind}'s name, or schema.{kind}";
            map.Fault(word, $"is {Spelling.Shown(text)}; expected {expected}: lower-case letters, digits and '_', at most 63 characters");
            return null;
        }
        if (parts.Length == 2) schema = contract.Datasets.Here(schema);
        if (name.Name[0] == '_') map.Fault(word, $"is '{text}'; names that begin with '_' are Landfall's own");
        if (parts.Length == 2 && ServerPart.IsReserved(schema))
            map.Fault(word, $"is in the schema '{schema}', which is not for datasets", "Choose another schema");
        return (parts.Length == 2 ? schema : contract.Schema, name);
    }
}

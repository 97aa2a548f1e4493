namespace Landfall.Contracts.Reading;

/// <summary>Who may do what: <c>roles[]</c>.</summary>
internal static class RolesPart
{
    private static readonly string[] Words = ["id", "role", "description", "access", "firstLevelApprovers", "secondLevelApprovers", "customProperties"];

    /// <param name="contract">Its tables and views are read already.</param>
    public static IReadOnlyList<Role> Read(ContractDraft contract)
    {
        var roles = new List<Role>();
        foreach (var map in contract.Map.Maps("roles", "role"))
        {
            map.Allow(Words);
            var (access, description) = (map.Text("access"), map.Text("description"));
            var of = LandfallProperty.Find(map) is { } landfall ? Of(landfall, contract) : null;
            if (map.RequiredText("role") is not { } name) continue;
            var role = new Role(name, access, description);
            roles.Add(of is null ? role : role with { Of = of });
        }
        return roles;
    }

    private static List<string> Of(YamlMap map, ContractDraft contract)
    {
        const string word = "of";
        map.Allow([word]);
        if (map.Require(word) && map.Texts(word).Count == 0) map.Fault(word, "names nothing", "Name tables or views, or leave it out: then all of the contract's are meant");
        var known = contract.Tables.Select(table => (table.Called, table.Schema, table.Name)).Concat(contract.Views.Select(view => (view.Called, view.Schema, view.Name))).ToList();
        var found = new List<string>();
        foreach (var name in map.Texts(word))
        {
            if (known.Find(entry => entry.Called == name) is { Called: not null } entry) found.Add($"{entry.Schema}.{entry.Name}");
            else map.Fault(word, $"names {Spelling.Shown(name)}, which is no table or view of this contract", Spelling.Hint(name, [.. known.Select(k => k.Called).OfType<string>()]));
        }
        return found;
    }
}

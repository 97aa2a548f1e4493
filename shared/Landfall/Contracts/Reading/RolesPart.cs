namespace Landfall.Contracts.Reading;

/// <summary>Who may do what: <c>roles[]</c>.</summary>
internal static class RolesPart
{
    private static readonly string[] Words = ["id", "role", "description", "access", "firstLevelApprovers", "secondLevelApprovers", "customProperties"];

    public static IReadOnlyList<Role> Read(YamlMap contract)
    {
        var roles = new List<Role>();
        foreach (var map in contract.Maps("roles", "role"))
        {
            map.Allow(Words);
            var (access, description) = (map.Text("access"), map.Text("description"));
            if (map.RequiredText("role") is { } name) roles.Add(new(name, access, description));
        }
        return roles;
    }
}

namespace Landfall.Contracts.Reading;

/// <summary>Who owns a dataset: <c>team</c>. ODCS' older list of members has no name to own anything by.</summary>
internal static class TeamPart
{
    private static readonly string[] Words = ["id", "name", "description", "members", "tags", "customProperties", "authoritativeDefinitions"];

    public static void Read(ContractDraft draft)
    {
        if (!draft.Map.Require("team") || draft.Map.Map("team") is not { } map) return;
        map.Allow(Words);
        draft.Team = map.RequiredText("name");
        draft.TeamDescription = map.Text("description");
    }
}

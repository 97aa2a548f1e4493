namespace Landfall.Contracts.Reading;

/// <summary>What a dataset is for: <c>description</c>.</summary>
internal static class DescriptionPart
{
    private static readonly string[] Words = ["purpose", "limitations", "usage", "authoritativeDefinitions", "customProperties"];

    public static void Read(ContractDraft draft)
    {
        if (draft.Map.Map("description") is not { } map) return;
        map.Allow(Words);
        draft.Purpose = map.Text("purpose");
        draft.Limitations = map.Text("limitations");
        draft.Usage = map.Text("usage");
    }
}

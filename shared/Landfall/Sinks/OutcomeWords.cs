namespace Landfall.Sinks;

/// <summary>The outcomes that stand in a ledger, as its rows say them.</summary>
internal static class OutcomeWords
{
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.Landed => "landed",
        Outcome.Superseded => "superseded",
        Outcome.Refused => "refused",
        Outcome.Vanished => "vanished",
        Outcome.Uplifted => "uplifted",
        Outcome.Undone => "undone",
        Outcome.Restored => "restored",
        Outcome.Reverted => "reverted",
        Outcome.Erased => "erased",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "is no entry of the ledger"),
    };

    public static Outcome Parse(string word) => word switch
    {
        "landed" => Outcome.Landed,
        "superseded" => Outcome.Superseded,
        "refused" => Outcome.Refused,
        "uplifted" => Outcome.Uplifted,
        "undone" => Outcome.Undone,
        "restored" => Outcome.Restored,
        "reverted" => Outcome.Reverted,
        "erased" => Outcome.Erased,
        _ => Outcome.Vanished,
    };
}

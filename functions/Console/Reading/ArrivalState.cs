namespace Landfall.Web.Reading;

/// <summary>What became of what a day was to bring.</summary>
public enum ArrivalState
{
    /// <summary>Nothing was due, and nothing came.</summary>
    None,

    /// <summary>It is due, or will be, and there is time.</summary>
    Expected,

    /// <summary>It landed, in time as far as anybody has promised one.</summary>
    Landed,

    /// <summary>It landed past its promise.</summary>
    Late,

    /// <summary>It came, and was refused.</summary>
    Refused,

    /// <summary>Its time is over, and it has not come.</summary>
    Missing,
}

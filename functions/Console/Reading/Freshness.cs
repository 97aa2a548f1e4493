namespace Landfall.Web.Reading;

/// <summary>How a dataset stands.</summary>
public enum Freshness
{
    /// <summary>What was due has landed, and nothing was refused since.</summary>
    Fresh,

    /// <summary>What was due came past its time.</summary>
    Late,

    /// <summary>What was due has not come.</summary>
    Missing,

    /// <summary>What came last was refused.</summary>
    Refused,

    /// <summary>An alert of another kind stands.</summary>
    Alert,

    /// <summary>Nothing has landed yet.</summary>
    Empty,

    /// <summary>Its warehouse does not answer.</summary>
    Unknown,
}

namespace Landfall.Cloud;

/// <summary>Which refusals are ordinary: they are an answer, and no fault.</summary>
[Flags]
internal enum StatusAs
{
    /// <summary>None is.</summary>
    Fault = 0,

    /// <summary>404: it is not there.</summary>
    Missing = 1,

    /// <summary>412: the precondition does not hold.</summary>
    Unmet = 2,

    MissingOrUnmet = Missing | Unmet,
}

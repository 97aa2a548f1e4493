namespace Landfall.Tests.Cloud;

/// <summary>What <see cref="FaultyBigQuery"/> may do to a request.</summary>
internal enum BigQueryFault
{
    None,

    /// <summary>The connection is cut, and nothing done.</summary>
    LostRequest,

    /// <summary>All is done, and the connection cut.</summary>
    LostReply,

    /// <summary>The connection is cut, and all is done a little later.</summary>
    Late,

    /// <summary>503, and nothing done.</summary>
    Unavailable,

    /// <summary>All is done, and the answer is 500.</summary>
    Broken,

    /// <summary>429.</summary>
    TooMany,

    /// <summary>403 rateLimitExceeded.</summary>
    RateLimited,

    /// <summary>403 quotaExceeded, for what makes a job.</summary>
    Quota,

    /// <summary>A job that exists is not known, for once.</summary>
    Unknown,

    /// <summary>A chunk is cut in its middle; of what came, whole granules are kept.</summary>
    CutChunk,

    /// <summary>The upload is forgotten: 404, or 410.</summary>
    LostUpload,

    /// <summary>The chunk arrived, and some of it is forgotten.</summary>
    ForgottenBytes,
}

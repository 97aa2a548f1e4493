namespace Landfall.Tests.Cloud;

/// <summary>A job of <see cref="FaultyBigQuery"/>'s.</summary>
/// <param name="Id">As the client chose it.</param>
/// <param name="Content">The SHA-256 of what it loads or runs.</param>
/// <param name="Amount">Rows that it loads, changes or yields.</param>
/// <param name="Error">The reason for which it fails; null when it succeeds.</param>
internal sealed record FaultyJob(string Id, string Content, int Amount, string? Error)
{
    /// <summary>Times that it will still say that it runs.</summary>
    public int Polls { get; set; }

    public string Json => Polls > 0 ? Write("\"state\":\"RUNNING\"")
        : Error is null ? Write("\"state\":\"DONE\"")
        : Write($$"""
            "state":"DONE","errorResult":{"reason":"{{Error}}","message":"It failed"}
            """);

    private string Write(string status) => $$$"""
        {"kind":"bigquery#job","jobReference":{"projectId":"p","jobId":"{{{Id}}}","location":"EU"},"status":{ {{{status}}} },
         "statistics":{"creationTime":"1","load":{"outputRows":"{{{Amount}}}"},"query":{"numDmlAffectedRows":"{{{Amount}}}"} } }
        """;
}

namespace Landfall.Local.Bloomreach;

/// <summary>How a request goes wrong. Only tests ask for it.</summary>
internal sealed record StandInFault
{
    /// <summary>Answered at once; 0 answers as always.</summary>
    public int Status { get; init; }

    /// <summary>The header <c>Retry-After</c>, or none.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The body that goes with <see cref="Status"/>.</summary>
    public string Body { get; init; } = """{"success":false,"error":"by order"}""";

    /// <summary>Bytes after which the connection is cut.</summary>
    public long? CutAfter { get; init; }

    /// <summary>Customers after which the export says that it has failed, in a body that ends well.</summary>
    public int? FailAfter { get; init; }
}

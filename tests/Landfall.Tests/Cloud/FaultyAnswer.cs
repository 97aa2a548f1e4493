namespace Landfall.Tests.Cloud;

/// <summary>An answer of <see cref="FaultyBigQuery"/>'s.</summary>
internal readonly record struct FaultyAnswer(int Status, string Body = "", string? Header = null, string? Value = null)
{
    public static FaultyAnswer Refusal(int status, string reason) => new(status, $$$"""
        {"error":{"code":{{{status}}},"message":"As the dice would have it","errors":[{"reason":"{{{reason}}}"}]}}
        """);
}

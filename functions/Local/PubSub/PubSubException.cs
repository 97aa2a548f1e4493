namespace Landfall.Local.PubSub;

/// <summary>A request that Pub/Sub would refuse; the endpoints answer it in Google's error shape.</summary>
public sealed class PubSubException(int code, string status, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Code { get; } = code;

    /// <summary>Google's word for it: <c>NOT_FOUND</c>, <c>ALREADY_EXISTS</c>, <c>INVALID_ARGUMENT</c>.</summary>
    public string Status { get; } = status;

    public static PubSubException Invalid(string message) => new(400, "INVALID_ARGUMENT", message);

    public static PubSubException NotFound(string name) => new(404, "NOT_FOUND", $"Resource not found (resource={name.Split('/')[^1]}).");

    public static PubSubException Exists(string name) =>
        new(409, "ALREADY_EXISTS", $"Resource already exists in the project (resource={name.Split('/')[^1]}).");
}

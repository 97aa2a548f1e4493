namespace Landfall.Local.Storage;

/// <summary>A request that Cloud Storage would refuse. The endpoints answer it in Google's error shape.</summary>
public sealed class StorageException(int status, string reason, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>Google's word for it: <c>notFound</c>, <c>conditionNotMet</c>, <c>invalid</c>…</summary>
    public string Reason { get; } = reason;

    public static StorageException NoBucket(string bucket) => new(404, "notFound", $"The bucket '{bucket}' does not exist.");

    public static StorageException NoObject(string bucket, string name) => new(404, "notFound", $"No such object: {bucket}/{name}");

    public static StorageException ConditionNotMet() => new(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");

    public static StorageException Invalid(string message) => new(400, "invalid", message);
}

using StorageObject = Google.Apis.Storage.v1.Data.Object;

namespace Landfall.Cloud;

/// <summary>Google's metadata of an object as ours.</summary>
internal static class StorageObjects
{
    public static StoredObject ToStored(this StorageObject found) =>
        new(found.Bucket, found.Name, found.Generation ?? 0, found.TimeCreatedDateTimeOffset ?? default, (long)(found.Size ?? 0))
        {
            Md5Hash = found.Md5Hash,
            ContentType = found.ContentType,
            ContentEncoding = found.ContentEncoding,
            Metadata = found.Metadata is null ? null : new Dictionary<string, string>(found.Metadata),
        };
}

using System.Text;
using System.Text.RegularExpressions;

namespace Landfall.Local.Storage;

/// <summary>What a bucket and an object may be called (Cloud Storage's naming requirements).</summary>
internal static class StorageNames
{
    private static readonly Regex Bucket = new(@"\A[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]\z", RegexOptions.NonBacktracking);

    public static void RequireBucket(string bucket)
    {
        // A bucket is a folder in the view, too: no name may lead out of it.
        if (!Bucket.IsMatch(bucket) || bucket.Contains("..", StringComparison.Ordinal))
            throw StorageException.Invalid(
                $"Invalid bucket name: '{bucket}'. It takes 3 to 63 of a-z, 0-9, '-', '_' and '.', letters or digits at both ends.");
    }

    public static void RequireObject(string name)
    {
        if (name.Length == 0) throw new StorageException(400, "required", "Required parameter: name");
        if (Encoding.UTF8.GetByteCount(name) > 1024)
            throw StorageException.Invalid("The maximum object length is 1024 characters, but got a name with more bytes.");
        if (name is "." or ".." || name.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            throw StorageException.Invalid($"Disallowed unicode characters or name: '{name}'");
    }
}

namespace Landfall.Local;

/// <summary>The files a newcomer sees landing: small ones, with a broken row or two.</summary>
internal static class Samples
{
    public static void CopyTo(string buckets)
    {
        var samples = Path.Combine(AppContext.BaseDirectory, "samples");
        foreach (var file in Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(buckets, Path.GetRelativePath(samples, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}

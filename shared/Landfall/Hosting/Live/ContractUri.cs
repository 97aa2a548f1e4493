namespace Landfall.Hosting.Live;

/// <summary>A folder of contracts in a bucket: <c>gs://bucket/prefix</c>, whole: no deployment's prefix stands before it.</summary>
/// <param name="Bucket">The bucket's full name.</param>
/// <param name="Prefix">What the names of its objects begin with: empty, or with a slash at its end.</param>
internal sealed record ContractUri(string Bucket, string Prefix)
{
    private const string Scheme = "gs://";

    /// <returns>Null for what is a folder of this machine.</returns>
    /// <exception cref="FormatException">It begins like one, and is none.</exception>
    public static ContractUri? Of(string contracts)
    {
        if (!contracts.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var path = contracts[Scheme.Length..].TrimEnd('/').Split('/', 2);
        if (path[0].Length == 0 || path[0].Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && !"-_.".Contains(c, StringComparison.Ordinal)) || (path.Length > 1 && (path[1].StartsWith('/') || path[1].Any(char.IsControl))))
            throw new FormatException($"is '{contracts}'; it must be a folder, or gs://bucket/prefix");
        return new(path[0], path.Length > 1 ? $"{path[1]}/" : "");
    }

    public override string ToString() => $"{Scheme}{Bucket}/{Prefix}".TrimEnd('/');
}

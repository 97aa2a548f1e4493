using Landfall.Contracts;

namespace Landfall.Reconciling;

/// <summary>A part of a bucket that holds objects of contracts.</summary>
/// <param name="Bucket">The bucket without the deployment's prefix.</param>
/// <param name="Prefix">How names in it begin: whole folders, so that the wrong name beside the right ones is seen; empty for the bucket.</param>
internal sealed record ObjectFolder(string Bucket, string Prefix)
{
    /// <summary>Those that the contracts' patterns name, in order; none is within another.</summary>
    public static IReadOnlyList<ObjectFolder> Of(ContractSet contracts)
    {
        var all = contracts.All.Select(contract => contract.Object).OfType<ObjectPattern>().Select(pattern => new ObjectFolder(pattern.Bucket, Literal(pattern.Name))).Distinct().ToList();
        return
        [
            .. all.Where(one => !all.Exists(other => other != one && other.Bucket == one.Bucket && one.Prefix.StartsWith(other.Prefix, StringComparison.Ordinal)))
                .OrderBy(one => one.Bucket, StringComparer.Ordinal).ThenBy(one => one.Prefix, StringComparer.Ordinal),
        ];
    }

    private static string Literal(string pattern)
    {
        var literal = pattern.IndexOfAny(['*', '{']) is >= 0 and var end ? pattern[..end] : pattern;
        return literal[..(literal.LastIndexOf('/') + 1)];
    }
}

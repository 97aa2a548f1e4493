using System.Globalization;
using Landfall.Cloud;

namespace Landfall.Hosting.Live;

/// <summary>The contracts of a bucket as they stood at one moment.</summary>
/// <param name="Files">The contracts, and the files that they name, by name.</param>
internal sealed record ContractListing(IReadOnlyList<StoredObject> Files)
{
    /// <summary>The same as long as no file has come, gone or changed.</summary>
    public string Stamp { get; } = string.Join('\n', Files.Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Name}#{file.Generation}")));
}

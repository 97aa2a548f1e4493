using Landfall.Hosting;
using Landfall.Rest.Tables;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Reading;

/// <summary>Reads a row's key from a path: its values with commas between them, each percent-encoded.</summary>
internal static class KeyReader
{
    /// <param name="encoded">As it stands in the path: a comma within a value is <c>%2C</c>.</param>
    /// <returns>One value a column of the key, as a parameter without a type has it.</returns>
    /// <exception cref="ProblemException">400: it is no key of the table. 404: the table has none.</exception>
    public static IReadOnlyList<string> Read(ApiTable table, string encoded)
    {
        if (table.Key.Count == 0) throw new ProblemException(StatusCodes.Status404NotFound, $"{table.Name} has no key, so that no row of it has an address", $"filter /tables/{table.Name}/rows");
        var parts = encoded.Split(',');
        if (parts.Length != table.Key.Count)
            throw ProblemException.Bad($"The key of {table.Name} is {string.Join(',', table.Key.Select(column => column.Name))}; found {parts.Length} values", "write a comma within a value as %2C");
        return [.. table.Key.Zip(parts, (column, part) =>
        {
            var (text, expected) = ValueText.Of(column, Uri.UnescapeDataString(part));
            return text ?? throw ProblemException.Bad($"{column.Name} {expected}; found {ProblemException.Shown(part)}");
        })];
    }
}

using System.Collections.Concurrent;
using Landfall.Hosting;
using Landfall.Rest.Routing;
using Landfall.Rest.Tables;

namespace Landfall.Rest.Writing;

/// <summary>The tables that a caller may write, made ready once.</summary>
internal sealed class WritableTables(TableCatalog tables)
{
    private readonly ConcurrentDictionary<ApiTable, WritableTable> _ready = new();

    /// <param name="name">As a request says it.</param>
    /// <exception cref="ProblemException">404, 403, or 405 for a table that follows a file.</exception>
    public WritableTable Find(string name, ApiRequest request) => _ready.GetOrAdd(tables.Writable(name, request.Caller), table => new(table));
}

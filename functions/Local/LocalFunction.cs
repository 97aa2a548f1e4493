using Microsoft.AspNetCore.Routing;

namespace Landfall.Local;

/// <summary>A function of the house, as the local cloud runs it.</summary>
/// <param name="Name">Of its folder and program; served at <c>/functions/&lt;Name&gt;</c>.</param>
/// <param name="Topic">The topic whose messages wake it: <c>storage-&lt;bucket&gt;</c> for a bucket's notifications.</param>
/// <param name="Map">Maps it into this process at a path; null for a function that runs only as a process of its own.</param>
internal sealed record LocalFunction(string Name, string Topic, Action<IEndpointRouteBuilder, string, Func<IServiceProvider>>? Map)
{
    public string Path => "/functions/" + Name;

    /// <summary>For <c>--spawn</c>: its program beside ours.</summary>
    public string[] Command
    {
        get
        {
            var host = System.IO.Path.Combine(AppContext.BaseDirectory, Name);
            return File.Exists(host) ? [host] : ["dotnet", host + ".dll"];
        }
    }
}

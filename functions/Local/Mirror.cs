using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Landfall.Local;

/// <summary>
/// Stands in for the web that contracts <c>fetch</c> from (<c>LANDFALL_FETCH_MIRROR</c>): the files of <c>samples-mirror</c> by the URLs' paths, whatever their
/// hosts. So nothing of the local cloud depends on the web, or bothers it.
/// </summary>
internal static class Mirror
{
    public const string Path = "/mirror";

    private static readonly string Root = System.IO.Path.Combine(AppContext.BaseDirectory, "samples-mirror") + System.IO.Path.DirectorySeparatorChar;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path + "/{**file}", (string file) =>
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(Root, file));
        if (!path.StartsWith(Root, StringComparison.Ordinal) || !File.Exists(path)) return Results.NotFound();
        var changed = new DateTimeOffset(File.GetLastWriteTimeUtc(path));
        return Results.File(path, "text/csv", lastModified: changed, entityTag: new EntityTagHeaderValue($"\"{changed.UtcTicks:x}\""), enableRangeProcessing: true);
    });
}

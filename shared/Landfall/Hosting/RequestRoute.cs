using Microsoft.AspNetCore.Http;

namespace Landfall.Hosting;

/// <summary>
/// What a log calls a request by. A path may hold the key of a row, somebody's number or address: a function that has such paths says which route of its own it was.
/// </summary>
internal static class RequestRoute
{
    private static readonly object Key = new();

    /// <summary>Has the request called by a route, <c>/tables/{table}/rows/{key}</c>, from now on.</summary>
    public static void Set(HttpContext context, string route) => context.Items[Key] = route;

    /// <returns>The route, or the path of a request that has none.</returns>
    public static string Of(HttpContext context) => context.Items.TryGetValue(Key, out var route) ? (string)route! : context.Request.Path.ToString();
}

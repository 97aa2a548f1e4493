using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Landfall.Hosting;

/// <summary>Plain ASP.NET Core as the server.</summary>
internal static class FunctionServer
{
    /// <summary>Has the server listen where it is told.</summary>
    public static void Listen(WebApplicationBuilder builder, IPAddress address, int port) =>
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Patience.Limit(kestrel);
            kestrel.Listen(address, port);
        });

    /// <summary>Has every request answered by a handler.</summary>
    public static void Serve(WebApplication app, RequestDelegate handler) => app.Run(handler);
}

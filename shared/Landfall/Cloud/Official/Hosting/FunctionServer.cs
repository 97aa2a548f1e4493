using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Landfall.Hosting;

/// <summary>
/// Google's Functions Framework as the server. Its target is one HTTP function that hands every request to Landfall's endpoint: what wakes a function may be a push, a tick or a
/// bare resource, none of which is a CloudEvent, and a failure is answered as its verdict says. The function itself is the Framework's own kind.
/// </summary>
internal static class FunctionServer
{
    /// <summary>Has the server listen where it is told.</summary>
    public static void Listen(WebApplicationBuilder builder, IPAddress address, int port)
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["FunctionsFramework:Address"] = address.ToString(),
            ["FunctionsFramework:Port"] = port.ToString(),
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Patience.Limit(kestrel);
        }).ConfigureKestrelForFunctionsFramework();
        // It says which of its functions it serves, at each start: the wrapper below, always.
        builder.Logging.AddFilter("Google.Cloud.Functions.Hosting", LogLevel.Warning);
        builder.Services.AddSingleton<Target>().AddFunctionTarget<ServedFunction>();
    }

    /// <summary>Has every request answered by a handler.</summary>
    public static void Serve(WebApplication app, RequestDelegate handler)
    {
        app.Services.GetRequiredService<Target>().Handler = handler;
        ((IApplicationBuilder)app).UseFunctionsFramework(new WebHostBuilderContext { Configuration = app.Configuration, HostingEnvironment = app.Services.GetRequiredService<IWebHostEnvironment>() });
    }

    private sealed class Target
    {
        public RequestDelegate Handler { get; set; } = null!;
    }

    private sealed class ServedFunction(Target target) : IHttpFunction
    {
        public Task HandleAsync(HttpContext context) => target.Handler(context);
    }
}

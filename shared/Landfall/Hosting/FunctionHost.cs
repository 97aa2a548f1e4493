using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Landfall.Events;
using Landfall.Hosting.Access;
using Landfall.Hosting.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Landfall.Hosting;

/// <summary>
/// Serves a function on <c>$PORT</c>, as Cloud Run wants it, or runs one event and ends (<c>--once FILE</c>). A function returns or throws; status
/// codes, retries, time limits, tokens and shutdown are decided here.
/// </summary>
public static class FunctionHost
{
    /// <summary>Runs a function that events wake: <c>POST</c> on any path is an event; <c>GET /</c> and <c>GET /healthz</c> say that it is alive.</summary>
    /// <param name="args">Nothing, or <c>--once FILE</c> (<c>-</c> is standard input, and what begins with <c>{</c> the event itself).</param>
    /// <param name="services">Registers what only this function needs; the rest is <see cref="LandfallServices.AddLandfall"/>'s.</param>
    /// <returns>
    /// The exit code, as sysexits.h has them: 0; 64 for arguments nobody knows; 78 for settings or contracts that can not be used.
    /// With <c>--once</c> also 75 for an event to try again, and 65 for one that can not be read.
    /// </returns>
    public static Task<int> RunAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFunction, TData>(
        string[] args, Action<IServiceCollection>? services = null)
        where TFunction : class, ICloudEventFunction<TData>
        where TData : class =>
        Startup.RunAsync(
            args, Variables(), Console.Error, settings => Build<TFunction, TData>(settings, IPAddress.Any, services), Once<TFunction, TData>);

    /// <summary>Runs a function that answers HTTP itself: every request is its own, but for <c>GET /healthz</c>.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static Task<int> RunHttpAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFunction>(
        string[] args, Action<IServiceCollection>? services = null)
        where TFunction : class, IHttpFunction =>
        Startup.RunAsync(args, Variables(), Console.Error, settings => BuildHttp<TFunction>(settings, IPAddress.Any, services), once: null);

    /// <summary>Runs a function that answers HTTP itself and that ticks wake, too.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static Task<int> RunHttpAndTicksAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFunction>(
        string[] args, Action<IServiceCollection>? services = null)
        where TFunction : class, IHttpFunction, ICloudEventFunction<TickData> =>
        Startup.RunAsync(args, Variables(), Console.Error, settings => BuildHttpAndTicks<TFunction>(settings, IPAddress.Any, services), Once<TFunction, TickData>);

    /// <summary>Hosts a function that answers HTTP and takes ticks inside a larger program.</summary>
    /// <param name="endpoints">The program's.</param>
    /// <param name="root">What stands before the paths that the function knows, <c>/api</c> say.</param>
    /// <param name="pattern">Which paths behind it are the function's.</param>
    /// <param name="services">Where <see cref="LandfallServices.AddLandfall"/> and the function are registered; asked at the first request.</param>
    public static IEndpointConventionBuilder MapHttpAndTicks<TFunction>(IEndpointRouteBuilder endpoints, string root, string pattern, Func<IServiceProvider> services)
        where TFunction : class, IHttpFunction, ICloudEventFunction<TickData>
    {
        var lifetime = endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        var endpoint = new Lazy<HttpAndTicksEndpoint<TFunction>>(() => new(services(), lifetime));
        return endpoints.Map(root + pattern, context =>
        {
            if (context.Request.Path.StartsWithSegments(root, StringComparison.Ordinal, out var path)) (context.Request.PathBase, context.Request.Path) = (context.Request.PathBase + root, path);
            return endpoint.Value.HandleAsync(context);
        });
    }

    /// <summary>Hosts an event function inside a larger program, under a path of its own.</summary>
    /// <param name="endpoints">The program's.</param>
    /// <param name="pattern">The path, <c>/functions/DropZoneLoad</c> say; events are POSTed there.</param>
    /// <param name="services">Where <see cref="LandfallServices.AddLandfall"/> and the function are registered; asked at the first event.</param>
    public static IEndpointConventionBuilder Map<TFunction, TData>(IEndpointRouteBuilder endpoints, string pattern, Func<IServiceProvider> services)
        where TFunction : class, ICloudEventFunction<TData>
        where TData : class
    {
        var lifetime = endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        var endpoint = new Lazy<EventEndpoint<TFunction, TData>>(() => new(services(), lifetime));
        return endpoints.MapPost(pattern, context => endpoint.Value.HandleAsync(context));
    }

    /// <summary>Hosts a function that answers HTTP itself inside a larger program: it gets every request below a path.</summary>
    /// <param name="endpoints">The program's.</param>
    /// <param name="path">The path, <c>/api</c> say, which becomes the requests' base.</param>
    /// <param name="services">Where <see cref="LandfallServices.AddLandfall"/> and the function are registered; asked at the first request.</param>
    public static IEndpointConventionBuilder MapHttp<TFunction>(IEndpointRouteBuilder endpoints, string path, Func<IServiceProvider> services)
        where TFunction : class, IHttpFunction
    {
        var endpoint = new Lazy<HttpEndpoint<TFunction>>(() => new(services()));
        return endpoints.Map(path + "/{**rest}", context =>
        {
            if (context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase, out var rest)) (context.Request.PathBase, context.Request.Path) = (path, rest);
            return endpoint.Value.HandleAsync(context);
        });
    }

    internal static WebApplication Build<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFunction, TData>(
        Settings settings, IPAddress address, Action<IServiceCollection>? services)
        where TFunction : class, ICloudEventFunction<TData>
        where TData : class
    {
        var app = BuildApp<TFunction>(settings, address, services);
        var events = Handler<TFunction>(app, services => new EventEndpoint<TFunction, TData>(services, app.Lifetime).HandleAsync);
        FunctionServer.Serve(app, context => context.Request.Method == HttpMethods.Post ? events(context) : AliveAsync(context, "/", "/healthz"));
        return app;
    }

    internal static WebApplication BuildHttp<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFunction>(
        Settings settings, IPAddress address, Action<IServiceCollection>? services)
        where TFunction : class, IHttpFunction
    {
        var app = BuildApp<TFunction>(settings, address, services);
        var requests = Handler<TFunction>(app, services => new HttpEndpoint<TFunction>(services).HandleAsync);
        FunctionServer.Serve(app, context => context.Request.Path == "/healthz" ? AliveAsync(context, "/healthz") : requests(context));
        return app;
    }

    internal static WebApplication BuildHttpAndTicks<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFunction>(
        Settings settings, IPAddress address, Action<IServiceCollection>? services)
        where TFunction : class, IHttpFunction, ICloudEventFunction<TickData>
    {
        var app = BuildApp<TFunction>(settings, address, services);
        // Who may call such a function may send what looks like a tick: the scheduler must be known, too.
        if (app.Services.GetService<Gate>() is not null && !settings.ApiOpen && settings.PushAudience is null)
            throw new FormatException("LANDFALL_PUSH_AUDIENCE and LANDFALL_PUSH_EMAIL are not set; they tell the scheduler's ticks from those of callers.");
        var requests = Handler<TFunction>(app, services => new HttpAndTicksEndpoint<TFunction>(services, app.Lifetime).HandleAsync);
        FunctionServer.Serve(app, context => context.Request.Path == "/healthz" ? AliveAsync(context, "/healthz") : requests(context));
        return app;
    }

    internal static Task<Verdict> Once<TFunction, TData>(IServiceProvider services, ReadOnlyMemory<byte> bytes, CancellationToken stopping)
        where TFunction : class, ICloudEventFunction<TData>
        where TData : class =>
        new EventRunner<TFunction, TData>(services).RunAsync(_ => Task.FromResult(EventReader.Read(bytes)), stopping);

    private static WebApplication BuildApp<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFunction>(
        Settings settings, IPAddress address, Action<IServiceCollection>? services)
        where TFunction : class
    {
        // Empty: no settings files, no file watchers, no second way to say a port. Everything comes from Settings.
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = typeof(TFunction).Name, ContentRootPath = AppContext.BaseDirectory });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Drain.ServerPatience);
        builder.Services.AddLandfall(settings);
        services?.Invoke(builder.Services);
        builder.Services.TryAddScoped<TFunction>();
        ServiceDescriptor[] registered = [.. builder.Services];
        builder.Services.AddSingleton(provider => new LiveServices(provider, registered));
        FunctionServer.Listen(builder, address, settings.Port);
        return builder.Build();
    }

    /// <summary>What answers a function's requests.</summary>
    private static RequestDelegate Handler<TFunction>(WebApplication app, Func<IServiceProvider, RequestDelegate> make)
        where TFunction : class =>
        app.Services.GetRequiredService<LiveServices>().Handle(services =>
        {
            // What the function asks for is made once now, so that a faulty setting or contract is found at the start and not at the first event.
            using (var scope = services.CreateScope()) _ = scope.ServiceProvider.GetRequiredService<TFunction>();
            return make(services);
        });

    private static Task AliveAsync(HttpContext context, params ReadOnlySpan<string> paths)
    {
        var known = paths.Contains(context.Request.Path.Value);
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        context.Response.StatusCode =
            !known ? StatusCodes.Status404NotFound : reads ? StatusCodes.Status200OK : StatusCodes.Status405MethodNotAllowed;
        return Task.CompletedTask;
    }

    private static Dictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
}

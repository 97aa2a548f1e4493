using Landfall.Hosting;
using Landfall.Hosting.Access;
using Landfall.Rest.Reports;
using Landfall.Rest.Routing;
using Landfall.Rest.Tables;
using Landfall.Rest.Writing;
using Landfall.Rest.Writing.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Landfall.Functions;

/// <summary>A request: within its limits, from a caller who is known, to the handler of its route.</summary>
public sealed class Api : IHttpFunction
{
    private readonly Router _router;
    private readonly Gate _gate;
    private readonly RateLimit _rate;
    private readonly Limits _limits;
    private readonly Faults _faults;

    internal Api(Router router, Gate gate, RateLimit rate, Limits limits, Faults faults) => (_router, _gate, _rate, _limits, _faults) = (router, gate, rate, limits, faults);

    public async Task HandleAsync(HttpContext context)
    {
        RequestRoute.Set(context, "a path of no route");
        try
        {
            Limits.Check(context);
            var (handler, values) = _router.Find(context.Request.Method, RequestPath.Of(context));
            RequestRoute.Set(context, handler.Template.Text);
            var caller = handler.Public ? Caller.Anyone : _gate.Identify(context.Request);
            _rate.Count(context, caller);
            // This thread may be the one that reads many sockets: Program says so.
            if (!handler.IsBrief) await Task.Yield();
            using var timeout = _limits.Timeout(context);
            await handler.HandleAsync(new(context, caller, values, timeout.Token));
        }
        catch (Exception e) when (!context.Response.HasStarted && _faults.Of(e, context) is { } problem)
        {
            await problem.WriteAsync(context.Response);
        }
    }

    /// <summary>What only this function needs.</summary>
    public static void Services(IServiceCollection services)
    {
        // Longer lines are refused here, with a reason, and not by Kestrel, without one.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestLineSize = Limits.MaxLine * 4);
        // A request goes on upon the thread that has read it, and its answer leaves from there: to wake another for each costs more than a row does.
        services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);
        services.AddSingleton<Faults>().AddSingleton<Limits>();
        services.TryAddSingleton<Gate>();
        services.TryAddSingleton<RateLimit>();
        services.AddSingleton<TableCatalog>().AddSingleton<TableStore>().AddSingleton<ReportCatalog>();
        services.AddSingleton<WritableTables>().AddSingleton<Writes>().AddSingleton<StoredAnswers>().AddSingleton<ChildRows>().AddSingleton<UploadTargets>();
        services.AddSingleton(provider =>
        {
            // Before the handlers: it knows what to say when no Postgres is set.
            var tables = provider.GetRequiredService<TableStore>();
            // Behind the routes of the table each report is one of its own.
            var reports = provider.GetRequiredService<ReportCatalog>().All.Select(report => new GetReport(report, tables, provider.GetRequiredService<Settings>()));
            return new Router([.. provider.GetServices<Handler>(), .. reports]);
        });
        Routes.Add(services);
        services.AddScoped(provider => new Api(
            provider.GetRequiredService<Router>(), provider.GetRequiredService<Gate>(), provider.GetRequiredService<RateLimit>(), provider.GetRequiredService<Limits>(), provider.GetRequiredService<Faults>()));
    }
}

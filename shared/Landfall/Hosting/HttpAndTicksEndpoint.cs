using Landfall.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Landfall.Hosting;

/// <summary>A function that answers HTTP itself, and that ticks wake, too: a tick is known by its headers, whatever its path.</summary>
internal sealed class HttpAndTicksEndpoint<TFunction>(IServiceProvider services, IHostApplicationLifetime lifetime)
    where TFunction : class, IHttpFunction, ICloudEventFunction<TickData>
{
    private readonly HttpEndpoint<TFunction> _http = new(services);
    private readonly EventEndpoint<TFunction, TickData> _ticks = new(services, lifetime);

    public Task HandleAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && Tick.IsOne(context.Request.Headers) ? _ticks.HandleAsync(context) : _http.HandleAsync(context);
}

using Landfall.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Landfall.Hosting;

/// <summary>An event function behind HTTP: token, event, verdict, answer.</summary>
/// <param name="services">Where the function and what it asks for are registered.</param>
/// <param name="lifetime">The serving host's, which is another when functions are hosted inside a larger program.</param>
internal sealed class EventEndpoint<TFunction, TData>(IServiceProvider services, IHostApplicationLifetime lifetime)
    where TFunction : class, ICloudEventFunction<TData>
    where TData : class
{
    private readonly EventRunner<TFunction, TData> _runner = new(services);
    private readonly PushTokens _tokens = services.GetRequiredService<PushTokens>();
    private readonly CancellationToken _stopping = Drain.Over(lifetime, services.GetRequiredService<TimeProvider>());

    public async Task HandleAsync(HttpContext context)
    {
        var verdict = await _tokens.RefusalAsync(context.Request, typeof(TFunction).Name, _stopping)
            ?? await _runner.RunAsync(cancellationToken => EventReader.ReadAsync(context.Request, cancellationToken), _stopping);
        await Problem.WriteAsync(context.Response, verdict);
    }
}

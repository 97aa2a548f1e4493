using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Landfall.Hosting;

/// <summary>The one place where Landfall's services are registered.</summary>
public static class LandfallServices
{
    /// <summary>Everything a function may ask for in its constructor. What is registered already (another clock, say) is kept.</summary>
    public static IServiceCollection AddLandfall(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(settings);
        services.TryAddSingleton(TimeProvider.System);

        // The provider is made by the container, so that it takes the container's clock.
        var json = settings.Service is not null || Console.IsOutputRedirected;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, LogProvider>(provider =>
            new LogProvider(Console.OpenStandardOutput(), json, settings.Project, provider.GetRequiredService<TimeProvider>())));
        services.AddLogging(logging => logging
            .SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning));

        services.TryAddSingleton(provider => new PushTokens(settings, provider.GetRequiredService<ILogger<PushTokens>>(), PushTokens.GoogleKeys));
        // Made by FunctionHost alone: several functions hosted in one process share one.
        services.TryAddSingleton<TelemetryExport>();
        return services;
    }
}

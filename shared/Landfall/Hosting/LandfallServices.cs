using System.Security.Cryptography;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting.Live;
using Landfall.Landings;
using Landfall.Landings.Announcing;
using Landfall.Operations;
using Landfall.Reports;
using Landfall.Sinks;
using Landfall.Sinks.BigQuery;
using Landfall.Sinks.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

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
        // Cloud Run reads JSON from standard output; a person and a file do not.
        var json = (settings.Service ?? settings.JobName) is not null;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, LogProvider>(provider =>
            new LogProvider(Console.OpenStandardOutput(), json, settings.Project, provider.GetRequiredService<TimeProvider>())));
        services.AddLogging(logging => logging
            .SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning));

        services.TryAddSingleton(provider => new PushTokens(settings, provider.GetRequiredService<ILogger<PushTokens>>(), provider.GetRequiredService<TimeProvider>(), PushTokens.GoogleKeys));
        // Made by FunctionHost alone: several functions hosted in one process share one.
        services.TryAddSingleton<TelemetryExport>();

        services.TryAddSingleton(provider => ContractRelease.Read(settings, provider.GetRequiredService<CloudStorage>));
        services.TryAddSingleton(provider => provider.GetRequiredService<ContractRelease>().Contracts);
        services.TryAddSingleton(provider => ReportReader.Read(settings.ReportsFolder, provider.GetRequiredService<ContractSet>()));
        services.TryAddSingleton(provider => new CloudStorage(settings.StorageEndpoint, NewHttpClient(), provider.GetRequiredService<TimeProvider>(), NewJitter()));
        services.TryAddSingleton(provider => new BloomreachClient(settings.Bloomreach, NewHttpClient(redirects: false), provider.GetRequiredService<TimeProvider>(), NewJitter()));
        // A sink for each warehouse that the environment names: a function of one needs nothing of the other.
        if (settings.Postgres is { } postgres)
        {
            services.TryAddSingleton(_ => PostgresConnections.Open(postgres));
            services.TryAddEnumerable(ServiceDescriptor.Singleton<ISink, PostgresSink>(provider =>
            {
                var contracts = provider.GetRequiredService<ContractSet>();
                return new PostgresSink(provider.GetRequiredService<NpgsqlDataSource>(), id => contracts[id], settings.Timeout + TimeSpan.FromMinutes(1));
            }));
        }
        if (settings.Project is { } project)
        {
            services.TryAddSingleton(provider => new BigQueryClient(project, settings.Location, settings.BigQueryEndpoint, NewHttpClient(), provider.GetRequiredService<TimeProvider>(), NewJitter()));
            services.TryAddSingleton(provider => new PubSubClient(project, settings.PubSubEndpoint, NewHttpClient(), provider.GetRequiredService<TimeProvider>(), NewJitter()));
            services.TryAddSingleton<Redriver>();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<ISink, BigQuerySink>(provider =>
            {
                var contracts = provider.GetRequiredService<ContractSet>();
                return new BigQuerySink(provider.GetRequiredService<BigQueryClient>(), () => contracts.All, provider.GetRequiredService<TimeProvider>(), new(settings.BucketPrefix, settings.BigQueryConnection));
            }));
        }
        services.TryAddSingleton(provider => new LandingAnnouncer(
            settings, provider.GetService<PubSubClient>(), NewHttpClient(redirects: false), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton(provider => new CloudRun(settings.RunEndpoint, NewHttpClient(), provider.GetRequiredService<TimeProvider>(), NewJitter()));
        services.TryAddSingleton<LargeLandings>();
        services.TryAddSingleton<Lander>();
        services.TryAddSingleton<RunLander>();
        services.TryAddSingleton<Receipts>();
        services.TryAddSingleton<Uplifter>();
        services.TryAddSingleton<Replayer>();
        services.TryAddSingleton<Undoer>();
        services.TryAddSingleton<Eraser>();
        return services;
    }

    /// <summary>Streams may take as long as the event may; what bounds them is the event's own token.</summary>
    private static HttpClient NewHttpClient(bool redirects = true) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = redirects, PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Back-offs of many instances must differ; this is the one place where a seed comes from the system.</summary>
    private static Random NewJitter() => new(RandomNumberGenerator.GetInt32(int.MaxValue));
}

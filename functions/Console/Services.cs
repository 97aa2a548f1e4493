using Landfall.Backups;
using Landfall.Cloud;
using Landfall.Web.Reading;
using Landfall.Hosting;
using Landfall.Hosting.Access;
using Landfall.Landings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Landfall.Web;

/// <summary>What only this function needs.</summary>
public static class Services
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton<Gate>();
        services.TryAddSingleton<RateLimit>();
        services.AddSingleton<Questions>().AddSingleton<Ledgers>().AddSingleton<Alerts>().AddSingleton<PageWriter>();
        services.TryAddSingleton(provider => new QuarantineReader(provider.GetRequiredService<CloudStorage>(), provider.GetRequiredService<Settings>(), provider.GetService<NpgsqlDataSource>()));
        services.TryAddSingleton<BackupCatalog>();
        services.AddSingleton<OverviewReader>().AddSingleton<DatasetReader>().AddSingleton<LandingReader>().AddSingleton<RejectsFile>().AddSingleton<ArrivalsReader>()
            .AddSingleton<MatrixReader>().AddSingleton<ReportPageReader>().AddSingleton<BackupsReader>().AddSingleton<CostsReader>().AddSingleton<LocalReader>();
        services.AddSingleton<PageRouter>();
        services.AddScoped(provider => new Functions.Console(
            provider.GetRequiredService<Gate>(), provider.GetRequiredService<RateLimit>(), provider.GetRequiredService<PageRouter>(), provider.GetRequiredService<PageWriter>()));
    }
}

using Landfall.Rest.Documents;
using Landfall.Rest.Reading;
using Landfall.Rest.Reports;
using Landfall.Rest.Writing;
using Landfall.Rest.Writing.Uploads;
using Microsoft.Extensions.DependencyInjection;

namespace Landfall.Rest.Routing;

/// <summary>The route table: every handler, one a line. The one place where a new one is added.</summary>
internal static class Routes
{
    public static void Add(IServiceCollection services) => services
        .AddSingleton<Handler, TryPage>()
        .AddSingleton<Handler, OpenApi>()
        .AddSingleton<Handler, ListTables>()
        .AddSingleton<Handler, ListRows>()
        .AddSingleton<Handler, GetRow>()
        .AddSingleton<Handler, ListReports>()
        .AddSingleton<Handler, PostRows>()
        .AddSingleton<Handler, PutRow>()
        .AddSingleton<Handler, PatchRow>()
        .AddSingleton<Handler, DeleteRow>()
        .AddSingleton<Handler, BulkRows>()
        .AddSingleton<Handler, UploadFiles>();
}

using Landfall.Events;
using Landfall.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Landfall.Local;

/// <summary>
/// A function of the house, as the local cloud runs it: inside its own process, or with <c>--spawn</c> as the program that is deployed.
/// </summary>
/// <param name="Name">Of its class and its program; served at <c>/functions/&lt;Name&gt;</c>.</param>
/// <param name="Topic">The topic whose messages wake it: <c>storage-&lt;bucket&gt;</c> for a bucket's notifications.</param>
/// <param name="Ticks">Whether the schedules of its bucket's contracts wake it, too.</param>
/// <param name="Register">Adds it and what only it needs to the services all functions share.</param>
/// <param name="Map">Serves it at a path.</param>
internal sealed record LocalFunction(
    string Name, string Topic, bool Ticks, Action<IServiceCollection> Register, Action<IEndpointRouteBuilder, string, Func<IServiceProvider>> Map)
{
    public string Path => "/functions/" + Name;

    /// <summary>For <c>--spawn</c>: its program beside ours.</summary>
    public string[] Command
    {
        get
        {
            var program = System.IO.Path.Combine(AppContext.BaseDirectory, Name);
            return File.Exists(program) ? [program] : ["dotnet", program + ".dll"];
        }
    }

    /// <summary>A function that a topic's messages wake.</summary>
    public static LocalFunction Of<TFunction, TData>(string topic, Action<IServiceCollection>? services = null)
        where TFunction : class, ICloudEventFunction<TData>
        where TData : class =>
        new(
            typeof(TFunction).Name,
            topic,
            typeof(TFunction).IsAssignableTo(typeof(ICloudEventFunction<TickData>)),
            all =>
            {
                all.AddScoped<TFunction>();
                services?.Invoke(all);
            },
            (routes, path, provider) => FunctionHost.Map<TFunction, TData>(routes, path, provider));
}

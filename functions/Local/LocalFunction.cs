using Landfall.Contracts;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Local.Scheduler;
using Landfall.Reports;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Landfall.Local;

/// <summary>
/// A function of the house, as the local cloud runs it: inside its own process, or with <c>--spawn</c> as the program that is deployed.
/// </summary>
/// <param name="Name">Of its class and its program; served at <c>/functions/&lt;Name&gt;</c>.</param>
/// <param name="Topics">The topics whose messages wake it: <c>storage-&lt;bucket&gt;</c> for a bucket's notifications, or those that contracts name; none when only ticks do.</param>
/// <param name="TicksFor">Whether a contract's schedule wakes it.</param>
/// <param name="Register">Adds it and what only it needs to the services all functions share.</param>
/// <param name="Map">Serves it at a path.</param>
internal sealed record LocalFunction(
    string Name, Func<ContractSet, IEnumerable<string>> Topics, Func<Contract, bool> TicksFor, Action<IServiceCollection> Register, Action<IEndpointRouteBuilder, string, Func<IServiceProvider>> Map)
{
    /// <summary>What stands behind the contract's id in the names of its jobs, which then are paused: a person runs them. Null for jobs that follow the contract's schedule.</summary>
    public string? OnRequest { get; init; }

    /// <summary>Whether the jobs that publish reports wake it.</summary>
    public bool TicksForReports { get; init; }

    public string Path { get; init; } = "/functions/" + Name;

    /// <summary>Whether it answers HTTP itself: always inside the local cloud's process.</summary>
    public bool AnswersHttp { get; init; }

    /// <summary>A job of its own, for all contracts together, in UTC; null for none.</summary>
    public (string Name, CronExpression Schedule)? Own { get; init; }

    /// <summary>For <c>--spawn</c>: its program beside ours, or where it is published.</summary>
    /// <param name="programs">A folder with a folder for each; null for beside ours.</param>
    /// <exception cref="CannotStartException">It is not there.</exception>
    public string[] Command(string? programs)
    {
        var program = programs is null ? System.IO.Path.Combine(AppContext.BaseDirectory, Name) : System.IO.Path.GetFullPath(System.IO.Path.Combine(programs, Name, Name));
        if (File.Exists(program)) return [program];
        if (File.Exists(program + ".dll")) return ["dotnet", program + ".dll"];
        throw new CannotStartException($"There is no program {program}. Publish it there: dotnet publish functions/{Name} -c Release -o {System.IO.Path.GetDirectoryName(program)}");
    }

    /// <summary>A function that a topic's messages wake; one that takes ticks, too, gets those of its bucket's contracts.</summary>
    public static LocalFunction Of<TFunction, TData>(string topic, Action<IServiceCollection>? services = null)
        where TFunction : class, ICloudEventFunction<TData>
        where TData : class =>
        Of<TFunction, TData>(
            _ => [topic],
            // The schedule of what is fetched is its fetching's.
            contract => typeof(TFunction).IsAssignableTo(typeof(ICloudEventFunction<TickData>)) && contract.Fetch is null && topic == $"storage-{contract.Object?.Bucket}",
            services);

    /// <summary>A function that only ticks wake.</summary>
    /// <param name="ticksFor">Whose schedules' ticks.</param>
    /// <param name="services">Adds what only it needs.</param>
    public static LocalFunction OfTicks<TFunction>(Func<Contract, bool> ticksFor, Action<IServiceCollection>? services = null)
        where TFunction : class, ICloudEventFunction<TickData> =>
        Of<TFunction, TickData>(_ => [], ticksFor, services);

    /// <summary>A function that only ticks wake, when a person says so.</summary>
    /// <param name="job">What stands behind the contract's id in the job's name.</param>
    /// <param name="ticksFor">For which contracts there is such a job.</param>
    public static LocalFunction OnRequestOf<TFunction>(string job, Func<Contract, bool> ticksFor)
        where TFunction : class, ICloudEventFunction<TickData> =>
        OfTicks<TFunction>(ticksFor) with { OnRequest = job };

    /// <summary>A function that only the ticks of a job of its own wake.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="schedule">When it is due, in UTC.</param>
    /// <param name="services">Adds what only it needs.</param>
    public static LocalFunction OfOwnTicks<TFunction>(string job, string schedule, Action<IServiceCollection> services)
        where TFunction : class, ICloudEventFunction<TickData> =>
        OfTicks<TFunction>(_ => false, services) with { Own = (job, Schedule(schedule)) };

    /// <summary>A function that answers HTTP at some paths, and takes the ticks of a job of its own.</summary>
    /// <param name="root">What stands before the paths that it knows.</param>
    /// <param name="paths">Those paths.</param>
    /// <param name="job">The job's name.</param>
    /// <param name="schedule">When it is due, in UTC.</param>
    /// <param name="services">Adds what only it needs.</param>
    public static LocalFunction OfHttpAndTicks<TFunction>(string root, IReadOnlyList<string> paths, string job, string schedule, Action<IServiceCollection> services)
        where TFunction : class, IHttpFunction, ICloudEventFunction<TickData> =>
        OfTicks<TFunction>(_ => false, services) with
        {
            Own = (job, Schedule(schedule)),
            AnswersHttp = true,
            Map = (routes, path, provider) =>
            {
                FunctionHost.MapHttpAndTicks<TFunction>(routes, "", path, provider);
                foreach (var known in paths) FunctionHost.MapHttpAndTicks<TFunction>(routes, root, known, provider);
            },
        };

    /// <summary>The scheduler's jobs that wake it.</summary>
    /// <param name="contracts">All there are.</param>
    /// <param name="reports">All there are.</param>
    /// <param name="endpoint">Where it is.</param>
    public IEnumerable<ScheduledJob> Jobs(ContractSet contracts, ReportSet reports, Uri endpoint) => Own is var (name, schedule) ? [new(name, schedule, TimeZoneInfo.Utc, endpoint)] : contracts.All
        .Where(contract => (OnRequest is not null || contract.Schedule is not null) && TicksFor(contract))
        .Select(contract => OnRequest is null ? new ScheduledJob(contract.Id.Name, contract.Schedule, contract.TimeZone, endpoint) : new($"{contract.Id}-{OnRequest}", null, contract.TimeZone, endpoint))
        .Concat(reports.All.Where(_ => TicksForReports).Select(report => new ScheduledJob(report.Job, report.Schedule, report.TimeZone, endpoint)));

    /// <summary>A function that the pages of runs wake.</summary>
    public static LocalFunction OfRuns<TFunction>() where TFunction : class, ICloudEventFunction<PubSubMessage> =>
        Of<TFunction, PubSubMessage>(contracts => contracts.All.Select(contract => contract.Topic).OfType<string>().Distinct(StringComparer.Ordinal), _ => false, services: null);

    /// <summary>A function that answers HTTP itself, below a path.</summary>
    public static LocalFunction OfHttp<TFunction>(string path, Action<IServiceCollection> services) where TFunction : class, IHttpFunction =>
        new(typeof(TFunction).Name, _ => [], _ => false, services, (routes, at, provider) => FunctionHost.MapHttp<TFunction>(routes, at, provider)) { Path = path, AnswersHttp = true };

    private static CronExpression Schedule(string schedule) => CronExpression.TryParse(schedule, out var due) ? due : throw new FormatException($"'{schedule}' is no schedule.");

    private static LocalFunction Of<TFunction, TData>(Func<ContractSet, IEnumerable<string>> topics, Func<Contract, bool> ticksFor, Action<IServiceCollection>? services)
        where TFunction : class, ICloudEventFunction<TData>
        where TData : class =>
        new(
            typeof(TFunction).Name,
            topics,
            ticksFor,
            all =>
            {
                services?.Invoke(all);
                all.TryAddScoped<TFunction>();
            },
            (routes, path, provider) => FunctionHost.Map<TFunction, TData>(routes, path, provider));
}

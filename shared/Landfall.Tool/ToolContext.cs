using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Hosting.Live;
using Landfall.Sinks;
using Landfall.Tool.Output;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Landfall.Tool;

/// <summary>What a command works with. All of it is made when it is first asked for: a command that reads no contract needs none.</summary>
internal sealed class ToolContext : IAsyncDisposable
{
    private readonly Lazy<Settings> _settings;
    private readonly Lazy<ServiceProvider> _services;

    /// <param name="host">The process.</param>
    /// <param name="output">Where the answer goes.</param>
    /// <param name="contracts"><c>--contracts</c>, or null.</param>
    /// <param name="home"><c>--home</c>, or null.</param>
    public ToolContext(ToolHost host, ToolOutput output, string? contracts, string? home)
    {
        (Host, Output) = (host, output);
        _settings = new(() => ToolSettings.Read(host, contracts, home));
        _services = new(() => Build(Settings, host.Clock));
    }

    public ToolHost Host { get; }

    public ToolOutput Output { get; }

    public TimeProvider Clock => Host.Clock;

    /// <exception cref="UsageException">A variable, or the local cloud's home, can not be used.</exception>
    public Settings Settings => _settings.Value;

    /// <exception cref="ContractFaultException">A contract has a fault.</exception>
    public ContractSet Contracts => Service<ContractSet>();

    public CloudStorage Storage => _services.Value.GetRequiredService<CloudStorage>();

    /// <exception cref="UsageException">No Postgres is named.</exception>
    public NpgsqlDataSource Database => _services.Value.GetService<NpgsqlDataSource>() ?? throw new UsageException("which Postgres? LANDFALL_POSTGRES is not set", "set it to postgres://user@host/database, or name a local cloud with --home .landfall");

    /// <summary>Anything else that a function may ask for, <see cref="LandfallServices.AddLandfall"/> says what.</summary>
    public T Service<T>() where T : notnull => _services.Value.GetRequiredService<T>();

    /// <summary>The warehouse of a contract; null when the settings do not name it.</summary>
    public ISink? FindSink(Contract contract) => _services.Value.GetServices<ISink>().FirstOrDefault(sink => sink.Kind == contract.Sink);

    /// <summary>The warehouse of a contract.</summary>
    /// <exception cref="UsageException">The settings do not name it.</exception>
    public ISink Sink(Contract contract) => FindSink(contract) ?? throw (contract.Sink == SinkKind.Postgres
        ? new UsageException($"{contract.Id} lands in Postgres, and LANDFALL_POSTGRES is not set", "set it to postgres://user@host/database, or name a local cloud with --home .landfall")
        : new UsageException($"{contract.Id} lands in BigQuery, and GOOGLE_CLOUD_PROJECT is not set", "set it to the project of its datasets, or name a local cloud with --home .landfall"));

    /// <summary>The contracts as they would be with other files among them.</summary>
    /// <param name="files">Full paths.</param>
    /// <exception cref="ContractFaultException">Any of them has a fault.</exception>
    public ContractSet ContractsWith(IReadOnlyList<string> files) => Settings.ContractsAreInBucket
        ? ContractRelease.ReadWith(files, Settings, Storage)
        : ContractReader.ReadWith(files, Directory.Exists(Settings.Contracts) && Directory.EnumerateFiles(Settings.Contracts, "*.odcs.yaml").Any() ? Settings.Contracts : null, Settings.Environment);

    /// <summary>A contract by its id.</summary>
    /// <exception cref="UsageException">There is none of that id.</exception>
    public Contract Contract(string id) =>
        Contracts.All.FirstOrDefault(contract => contract.Id.Name == id) ?? throw new UsageException($"there is no contract '{id}'", $"there are: {string.Join(", ", Contracts.All.Select(contract => contract.Id))}");

    /// <summary>A file that the command line names.</summary>
    /// <exception cref="UsageException">It is not there.</exception>
    public FileInfo File(string path)
    {
        var file = new FileInfo(Path.GetFullPath(path, Host.Folder));
        return file.Exists ? file : throw new UsageException(Directory.Exists(file.FullName) ? $"{path} is a folder; a file is expected" : $"there is no file {path}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_services.IsValueCreated) await _services.Value.DisposeAsync();
    }

    private static ServiceProvider Build(Settings settings, TimeProvider clock)
    {
        var services = new ServiceCollection().AddSingleton(clock).AddLandfall(settings);
        // Standard output is the answer's; what a landing would log, its receipt says.
        services.RemoveAll<ILoggerProvider>();
        return services.BuildServiceProvider();
    }
}

using System.Collections;
using System.Net;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Local.BigQuery;
using Landfall.Local.BigQuery.Rest;
using Landfall.Local.Bloomreach;
using Landfall.Local.Inbox;
using Landfall.Local.Postgres;
using Landfall.Local.PubSub;
using Landfall.Local.Scheduler;
using Landfall.Local.Storage;
using Landfall.Reports;
using Landfall.Runs;
using Landfall.Web.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Landfall.Local;

/// <summary>The whole cloud in one process: started from the data up, stopped from the functions down.</summary>
internal sealed class LocalCloud : IAsyncDisposable
{
    public const string Project = "local";

    public const string DeadLetterSubscription = $"projects/{Project}/subscriptions/dead-letters";

    private const string DeadLetters = $"projects/{Project}/topics/dead-letters";

    public static readonly string[] Buckets = ["catalog", "matrix", "drop-zone", "exports", "rejects", "receipts", "backups"];

    /// <summary>
    /// Pushes under way at a time, as many files as one commit can take together. They wait for databases more than for processors; each may hold a
    /// connection or two, of which a pool has 100.
    /// </summary>
    private const int Pushes = 16;

    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly TextWriter _output;
    private MessageQueue _queue = null!;
    private InboxWatcher _inbox = null!;
    private BucketView _view = null!;
    private JobScheduler _scheduler = null!;
    private Landings _landings = null!;
    private int _complaints;

    private LocalCloud(TextWriter output) => _output = output;

    /// <summary>Where it answers.</summary>
    public Uri Http { get; private set; } = null!;

    /// <summary>Whether anything was refused or given up since the start.</summary>
    public bool Failed => _landings.Refused + Volatile.Read(ref _complaints) > 0;

    /// <exception cref="CannotStartException">Something it needs is not there; nothing is left running.</exception>
    public static async Task<LocalCloud> StartAsync(
        LocalOptions options, Home home, IReadOnlyList<LocalFunction> functions, TimeProvider clock, TextWriter output,
        CancellationToken cancellationToken)
    {
        var cloud = new LocalCloud(output);
        try
        {
            await cloud.StartPartsAsync(options, home, functions, clock, cancellationToken);
            return cloud;
        }
        catch
        {
            await cloud.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether nothing is pending: no file on its way to be an object or back, no message queued or under way.</summary>
    public async Task<bool> IdleAsync(CancellationToken cancellationToken)
    {
        // What a tick writes, and a file, become an object and a message in one step, and a function's receipt is there before its message is acknowledged:
        // asked in this order, nothing can pass unseen from one to the next.
        return _scheduler.Idle && _inbox.Idle() && await _queue.PendingAsync(cancellationToken) == 0 && _view.Idle && _inbox.Idle();
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part)) await part.DisposeAsync();
    }

    private async Task StartPartsAsync(
        LocalOptions options, Home home, IReadOnlyList<LocalFunction> functions, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (settings, contracts, reports, customers) = Configure();
        var postgres = Keep(await LocalPostgres.StartAsync(home.Folder, settings.Postgres, cancellationToken: cancellationToken));
        var database = Keep(NpgsqlDataSource.Create(postgres.ConnectionString));
        var store = new ObjectStore(database, home.Folder, clock);
        var bigQuery = new LocalBigQuery(database, store, clock);
        var known = new KnownFiles(database);
        _queue = new MessageQueue(database, clock);
        await store.MigrateAsync(cancellationToken);
        await bigQuery.MigrateAsync(cancellationToken);
        await known.MigrateAsync(cancellationToken);
        await _queue.MigrateAsync(cancellationToken);
        await DeclareAsync(store, contracts, settings.LandingsTopic, cancellationToken);

        var app = Keep(Build(options.Port));
        StorageEndpoints.Map(app, store);
        BigQueryEndpoints.Map(app, bigQuery);
        PubSubEndpoints.Map(app, _queue);
        SchedulerEndpoints.Map(app, () => _scheduler, clock);
        Mirror.Map(app);
        new StandIn(customers, clock).Map(app);
        ServiceProvider? services = null;
        foreach (var function in functions.Where(function => !options.Spawn || function.AnswersHttp)) function.Map(app, function.Path, () => services!);

        await ListenAsync(app, options.Port, cancellationToken);
        settings = settings with
        {
            Postgres = postgres.ConnectionString,
            StorageEndpoint = Http,
            BigQueryEndpoint = Http,
            PubSubEndpoint = Http,
            LandingsTopic = settings.LandingsTopic ?? Landings.Topic,
            Project = Project,
            FetchMirror = settings.FetchMirror ?? new Uri(Http, Mirror.Path),
        };
        // Nobody but this machine reaches it.
        if (settings.ApiAudience is null) settings = settings with { ApiOpen = true };
        if (settings.Bloomreach is null)
        {
            settings = settings with
            {
                BloomreachUrl = new Uri(Http, StandIn.Path),
                BloomreachProject = StandIn.Project,
                BloomreachKey = StandIn.Key,
                BloomreachSecret = StandIn.Secret,
            };
        }
        services = Keep(Services(settings, contracts, reports, functions, new LocalView(_queue, () => _scheduler, clock)));
        var chaos = options.Chaos is { } seed ? new Chaos(seed) : null;
        var dispatcher = new PushDispatcher(_queue, chaos, clock, Pushes) { Buried = ReportBuried };
        var jobs = new List<ScheduledJob>();
        foreach (var function in functions)
        {
            var endpoint = new Uri(Http, function.Path);
            if (options.Spawn && !function.AnswersHttp)
            {
                var spawned = Keep(new SpawnedFunction(function.Name, function.Command(options.Programs), home.Run, FunctionVariables.Of(settings), clock));
                endpoint = new Uri($"http://127.0.0.1:{spawned.Port}/");
                spawned.Start();
            }

            foreach (var topic in function.Topics(contracts)) await SubscribeAsync(function, topic, endpoint, cancellationToken);
            jobs.AddRange(function.Jobs(contracts, reports, endpoint));
        }

        var folder = new InboxFolder(home.Buckets);
        var notifications = new Notifications(_queue, Http.AbsoluteUri.TrimEnd('/'));
        _landings = new Landings(store, _output);
        _view = Keep(new BucketView(folder, known, store));
        _inbox = Keep(new InboxWatcher(folder, known, store, clock, Complain));
        store.Finalized = async (connection, _, version) =>
        {
            await _inbox.RememberAsync(connection, version);
            await notifications.PublishAsync(connection, version);
        };
        store.Stored = async version =>
        {
            _queue.Wake();
            _view.Changed(version);
            await _landings.ReportAsync(version);
        };
        store.Removed = version =>
        {
            _view.Changed(version);
            return Task.CompletedTask;
        };
        if (chaos is not null) Keep(new Farewell(() => _output.WriteLine(chaos)));

        Keep(dispatcher).Start();
        _scheduler = Keep(new JobScheduler(jobs, clock, Complain));
        _scheduler.Start();
        await _view.StartAsync(cancellationToken);
        foreach (var contract in contracts.All.Where(contract => contract.Object is not null)) folder.Prepare(contract.Object!);
        if (home.IsNew && options.Samples) Samples.CopyTo(home.Buckets);

        await _inbox.StartAsync();
        // A newcomer need not wait for the night to see what is fetched and exported.
        var fetched = contracts.All.Where(contract => contract.Fetch is not null || contract.Export is not null).Select(contract => contract.Id.Name).ToHashSet();
        foreach (var job in jobs.Where(job => home.IsNew && options.Samples && fetched.Contains(job.Name))) _scheduler.Fire(job, clock.GetUtcNow());
        home.WriteEndpoints(Http.AbsoluteUri.TrimEnd('/'), postgres.Uri);
    }

    private async Task DeclareAsync(ObjectStore store, ContractSet contracts, string? landings, CancellationToken cancellationToken)
    {
        await _queue.CreateTopicAsync(DeadLetters, cancellationToken);
        await _queue.CreateSubscriptionAsync(new(DeadLetterSubscription, DeadLetters), replace: true, cancellationToken);
        foreach (var bucket in Buckets)
        {
            await store.CreateBucketAsync(bucket, cancellationToken);
            await _queue.CreateTopicAsync(Notifications.Topic(bucket), cancellationToken);
        }
        foreach (var topic in contracts.All.Select(contract => contract.Topic).OfType<string>().Append(landings ?? Landings.Topic).Distinct()) await _queue.CreateTopicAsync($"projects/{Project}/topics/{topic}", cancellationToken);
    }

    private Task SubscribeAsync(LocalFunction function, string topic, Uri endpoint, CancellationToken cancellationToken) =>
        _queue.CreateSubscriptionAsync(
            // A function may listen to several topics that contracts name, each by a subscription of its own.
            new($"projects/{Project}/subscriptions/{(topic.StartsWith("storage-", StringComparison.Ordinal) ? function.Name : RunMessages.Subscription(topic))}", $"projects/{Project}/topics/{topic}")
            {
                PushEndpoint = endpoint.AbsoluteUri,
                DeadLetterTopic = DeadLetters,
            },
            replace: true,
            cancellationToken);

    private async Task ListenAsync(WebApplication app, int port, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new CannotStartException($"Port {port} is taken. Choose another with --port, or --port 0 for any.", e);
        }

        Http = new Uri(app.Urls.Single());
    }

    /// <summary>What the functions are set to, by the environment, the contracts and reports they use, and how many customers there are: their faults are told before anything starts.</summary>
    private static (Settings Settings, ContractSet Contracts, ReportSet Reports, int Customers) Configure()
    {
        try
        {
            var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
            var settings = Settings.FromEnvironment(variables);
            // Its own buckets are not there before it has its contracts.
            if (settings.ContractsAreInBucket) throw new CannotStartException($"LANDFALL_CONTRACTS is {settings.Contracts}; the local cloud takes a folder.");
            var contracts = ContractReader.Read(settings.Contracts, settings.Environment, settings.Datasets);
            return (settings, contracts, ReportReader.Read(settings.ReportsFolder, contracts), StandIn.CustomersOf(variables.GetValueOrDefault("BLOOMREACH_CUSTOMERS")));
        }
        catch (FormatException e)
        {
            throw new CannotStartException(e.Message, e);
        }
    }

    private static ServiceProvider Services(Settings settings, ContractSet contracts, ReportSet reports, IReadOnlyList<LocalFunction> functions, ILocalCloud view)
    {
        var services = new ServiceCollection().AddSingleton(contracts).AddSingleton(reports).AddSingleton(view).AddLandfall(settings);
        // How landings end, the receipts say.
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Landfall.Landings", LogLevel.None).AddFilter("Landfall.Progress", LogLevel.Information));
        foreach (var function in functions) function.Register(services);

        return services.BuildServiceProvider();
    }

    private static WebApplication Build(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Patience.Limit(kestrel);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        var app = builder.Build();
        app.Use(BrokenBodies.AnswerAsync);
        return app;
    }

    private void ReportBuried(Delivery delivery) => Complain(
        $"given up   {delivery.Subscription.Name.Split('/')[^1]}: message {delivery.MessageId} failed {delivery.Attempt} times "
        + $"({delivery.Message.Attributes.GetValueOrDefault("objectId", "no object")}); it waits in the subscription dead-letters");

    private void Complain(string line)
    {
        Interlocked.Increment(ref _complaints);
        _output.WriteLine(line);
    }

    private T Keep<T>(T part) where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}

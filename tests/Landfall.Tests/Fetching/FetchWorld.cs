using Landfall.Cloud;
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;
using Landfall.Local.Storage;
using Landfall.Tests.Contracts;
using Landfall.Tests.Local.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;

namespace Landfall.Tests.Fetching;

/// <summary>The function <see cref="Fetch"/>, a site that it fetches from, and a bucket of the local Cloud Storage that it fetches into.</summary>
internal sealed class FetchWorld : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly StorageServer _server;

    private FetchWorld(StorageServer server, PublishedSite site, string bucket) => (_server, Site, Bucket) = (server, site, bucket);

    public PublishedSite Site { get; }

    public string Bucket { get; }

    public CloudStorage Storage => _server.Client();

    public static async Task<FetchWorld> CreateAsync(StorageServer server) => new(server, await PublishedSite.StartAsync(), await server.BucketAsync());

    /// <summary>One tick of the contract's.</summary>
    public async Task TickAsync(
        string name = "x.csv", string due = "2024-01-05T06:00:00Z", string job = "x", string url = "https://example.com/data/x.csv?key=secret", Uri? storage = null, bool mirror = true,
        CancellationToken cancellationToken = default)
    {
        using var folder = new ContractFolder().With("x", ContractFolder.Plain("x")
            .Replace("drop-zone/t/x_{date:yyyyMMdd}.csv\"", $"{Bucket}/{name}\", fetch: \"{url}\", timeZone: America/Bogota")
            .Replace("schema:\n", "slaProperties: [ { property: frequency, value: 1, unit: d, scheduler: cron, schedule: \"0 6 * * *\" } ]\nschema:\n"));
        var web = new WebSource(_http, new HurriedTime(), mirror ? Site.Address : null);
        var fetch = new Fetch(folder.Read(), new Downloader(_server.Client(storage), web, new Settings(), NullLogger<Fetch>.Instance));
        var tick = new TickData(job, DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture));
        await fetch.HandleAsync(HandedEvent.Of(new("1", "//test", EventTypes.SchedulerTick, null, tick.ScheduleTime)), tick, cancellationToken);
    }

    /// <summary>A tick that fails, and writes nothing.</summary>
    public async Task<RetryException> FailAsync()
    {
        var before = await VersionsAsync();
        var fault = await Should.ThrowAsync<RetryException>(() => TickAsync());
        (await VersionsAsync()).Select(version => version.Generation).ShouldBe(before.Select(version => version.Generation), "nothing is written");
        $"{fault.Message} {fault.Hint} {fault.InnerException?.Message}".ShouldNotContain("secret");
        return fault;
    }

    /// <summary>All that ever was in the bucket.</summary>
    public async Task<IReadOnlyList<ObjectResource>> VersionsAsync() => (await _server.Store.ListAsync(Bucket, new ListOptions("", null, null, 1000, true))).Items;

    /// <summary>The bytes of the only version.</summary>
    public async Task<byte[]> OnlyAsync()
    {
        var version = (await VersionsAsync()).ShouldHaveSingleItem();
        return await ReadAsync(version.Name);
    }

    /// <summary>The live object's bytes.</summary>
    public async Task<byte[]> ReadAsync(string name = "x.csv")
    {
        await using var stream = (await Storage.OpenReadAsync((await Storage.GetAsync(Bucket, name)).ShouldNotBeNull()))!;
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Site.DisposeAsync();
    }
}

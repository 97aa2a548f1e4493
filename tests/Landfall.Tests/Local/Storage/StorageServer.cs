using Landfall.Cloud;
using Landfall.Local.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.Storage;

/// <summary>The local Cloud Storage on a port of its own, over a database of its own: a class fixture.</summary>
public sealed class StorageServer : IAsyncLifetime
{
    private readonly Database _database = new();
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("landfall-storage-");
    private readonly HttpClient _http = new();
    private WebApplication? _app;
    private int _buckets;

    public NpgsqlDataSource Database => _database.DataSource;

    public ObjectStore Store { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public string Home => _home.FullName;

    public HttpClient Http => _http;

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        Store = new ObjectStore(Database, Home, TimeProvider.System);
        await Store.MigrateAsync(CancellationToken.None);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        StorageEndpoints.Map(_app, Store);
        await _app.StartAsync(CancellationToken.None);
        Address = new Uri(_app.Urls.Single());
    }

    /// <summary>A client of the server, or of what stands before it.</summary>
    public CloudStorage Client(Uri? address = null) => new(address ?? Address, _http, new HurriedTime(), new Random(1));

    public async Task<string> BucketAsync()
    {
        var bucket = $"bucket-{Interlocked.Increment(ref _buckets)}";
        (await Store.CreateBucketAsync(bucket, CancellationToken.None)).ShouldBeTrue();
        return bucket;
    }

    /// <summary>Files of content that is still arriving.</summary>
    public string[] Uploads() => Directory.Exists(Path.Combine(Home, "uploads")) ? [.. Directory.GetFiles(Path.Combine(Home, "uploads")).Order()] : [];

    public async Task DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        await _database.DisposeAsync();
        _http.Dispose();
        _home.Delete(recursive: true);
    }
}

using System.Text;
using System.Text.Json.Nodes;
using Landfall.Local.BigQuery;
using Landfall.Local.BigQuery.Rest;
using Landfall.Local.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Landfall.Tests.Local.BigQuery;

/// <summary>The local BigQuery, beside the local Cloud Storage that it loads from, on a port of its own.</summary>
internal sealed class BigQueryServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _home;

    private BigQueryServer(WebApplication app, DirectoryInfo home, LocalBigQuery bigQuery)
    {
        (_app, _home, BigQuery, Endpoint) = (app, home, bigQuery, new Uri(app.Urls.Single()));
        Http = new HttpClient { BaseAddress = Endpoint };
    }

    public Uri Endpoint { get; }

    public LocalBigQuery BigQuery { get; }

    public ObjectStore Store => BigQuery.Objects;

    public HttpClient Http { get; }

    /// <param name="store">What <c>gs://</c> names; null for one of its own.</param>
    public static async Task<BigQueryServer> StartAsync(NpgsqlDataSource database, TimeProvider clock, ObjectStore? store = null)
    {
        var home = Directory.CreateTempSubdirectory("landfall-bigquery-");
        if (store is null)
        {
            store = new ObjectStore(database, home.FullName, clock);
            await store.MigrateAsync(CancellationToken.None);
        }
        var bigQuery = new LocalBigQuery(database, store, clock);
        await bigQuery.MigrateAsync(CancellationToken.None);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        StorageEndpoints.Map(app, store);
        BigQueryEndpoints.Map(app, bigQuery);
        await app.StartAsync(CancellationToken.None);
        return new(app, home, bigQuery);
    }

    /// <summary>The answer to a request of project <c>local</c>: its status and its JSON.</summary>
    /// <param name="path">Behind <c>/bigquery/v2/projects/local</c>.</param>
    public async Task<(int Status, JsonObject Body)> SendAsync(string method, string path, string? json = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/bigquery/v2/projects/local{path}");
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await Http.SendAsync(request, CancellationToken.None);
        var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
        return ((int)response.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Http.Dispose();
        _home.Delete(recursive: true);
    }
}

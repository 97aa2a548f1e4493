using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Contracts;
using Landfall.Tests.Hosting;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Deployment;

/// <summary>What the functions may do in a Postgres that is set up as in Google Cloud: Api reads and writes rows, and does it all the same.</summary>
public sealed class PostgresGrantsTests : IAsyncLifetime
{
    /// <summary>Roles are the server's, which other tests share.</summary>
    private const string Suffix = "_of_grants";

    private readonly ContractFolder _contracts = new ContractFolder().With("sales",
        ContractFolder.Plain("sales", "[ { name: id, logicalType: integer, primaryKey: true, required: true }, { name: name, logicalType: string } ]").Replace("- name: sales\n", "- name: sales\n    customProperties: [ { property: landfall, value: { write: upsert } } ]\n"));
    private readonly LogCapture _log = new();
    private Database _database = null!;

    public async Task InitializeAsync()
    {
        _database = await PostgresServer.CreateDatabaseAsync();
        foreach (var user in (string[])["loader", "api", "reports"])
            await _database.ExecuteAsync($"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{user}{Suffix}') THEN CREATE ROLE {user}{Suffix}; END IF; END $$");
        await GrantAsync();
    }

    public async Task DisposeAsync()
    {
        _contracts.Dispose();
        _log.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Api_writes_rows_of_tables_that_others_have_made()
    {
        await using var app = FunctionHost.BuildHttp<Functions.Api>(new Settings { Port = 0, Contracts = _contracts.Path, Postgres = As("api"), ApiOpen = true }, IPAddress.Loopback, services =>
        {
            Functions.Api.Services(services);
            _log.Register(services);
        });
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };
        var (status, text) = await SendAsync(client, HttpMethod.Post, "/tables/sales/rows", """{"id":1,"name":"Ada"}""");
        ((int)status, text).ShouldSatisfyAllConditions(answer => answer.Item1.ShouldBe(503), answer => answer.text.ShouldContain("Reconcile makes within a quarter of an hour"));

        await PrepareAsync();
        (await SendAsync(client, HttpMethod.Post, "/tables/sales/rows", """{"id":1,"name":"Ada"}""")).Status.ShouldBe(HttpStatusCode.Created);
        (await SendAsync(client, HttpMethod.Put, "/tables/sales/rows/2", """{"id":2,"name":"Bo"}""")).Status.ShouldBe(HttpStatusCode.Created);
        (await SendAsync(client, HttpMethod.Patch, "/tables/sales/rows/2", """{"name":"Bob"}""")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await SendAsync(client, HttpMethod.Delete, "/tables/sales/rows/1")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await SendAsync(client, HttpMethod.Post, "/bulk", """{"table":"sales","data":[{"id":3,"name":"Cy"},{"id":"x"}]}""")).Text.ShouldContain("\"index\":1");
        using (var form = new MultipartFormDataContent { { new StringContent("id,name\n4,Di\n5,Ed\nx,\n"), "file", "sales.csv" } })
        using (var uploaded = await client.PostAsync(new Uri("/upload", UriKind.Relative), form)) uploaded.StatusCode.ShouldBe(HttpStatusCode.OK, await uploaded.Content.ReadAsStringAsync());
        (await SendAsync(client, HttpMethod.Get, "/tables/sales/rows?select=id")).Text.ReplaceLineEndings("").ShouldBe("""[{"id":2},{"id":3},{"id":4},{"id":5}]""");
        (await _database.ScalarAsync<long>("SELECT count(*) FROM landfall.rejects")).ShouldBe(2);
    }

    [Theory]
    [InlineData("api", "CREATE SCHEMA mine")]
    [InlineData("api", "CREATE TABLE t.mine (n int)")]
    [InlineData("api", "CREATE TABLE public.mine (n int)")]
    [InlineData("api", "ALTER TABLE t.sales ADD COLUMN mine int")]
    [InlineData("api", "DROP TABLE t.sales")]
    [InlineData("api", "TRUNCATE t.sales")]
    [InlineData("api", "DROP TABLE landfall.landings")]
    [InlineData("reports", "INSERT INTO t.sales (id, _landing_id, _order) VALUES (1, 1, 1)")]
    [InlineData("reports", "CREATE TABLE t.mine (n int)")]
    public async Task What_is_not_theirs_they_do_not(string user, string statement)
    {
        await PrepareAsync();
        // The script says what shall be, and may come again.
        await GrantAsync();
        await using var source = NpgsqlDataSource.Create(As(user));
        await using (var reads = source.CreateCommand("SELECT count(*) FROM t.sales")) (await reads.ExecuteScalarAsync()).ShouldBe(0L);
        await using var command = source.CreateCommand(statement);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    /// <summary>As a function that lands, or Reconcile, does.</summary>
    private async Task PrepareAsync()
    {
        var contracts = ContractReader.Read(_contracts.Path, environment: null);
        await using var connections = PostgresConnections.Open(As("loader"));
        using var sink = new PostgresSink(connections, id => contracts[id], TimeSpan.FromMinutes(1));
        await sink.PrepareAsync(contracts.All.Single(), default);
    }

    /// <summary>The connection of a function: with the role that its settings in <c>postgres.tf</c> take.</summary>
    private string As(string user) => new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Options = $"-c role={user switch { "loader" => "landfall_owner", "api" => "landfall_writer", _ => "reports" }}{Suffix}" }.ConnectionString;

    private Task GrantAsync()
    {
        var users = new Dictionary<string, string> { ["owners"] = "loader", ["writers"] = "api", ["readers"] = "reports" };
        var script = Regex.Replace(File.ReadAllText(Repository.Path("terraform/grants.sql.tftpl")), @"%\{ for user in (\w+) ~\}\n(.*?)%\{ endfor ~\}\n?", match => match.Groups[2].Value.Replace("${user}", users[match.Groups[1].Value] + Suffix), RegexOptions.Singleline);
        script = Regex.Replace(script, "landfall_(owner|writer)", match => match.Value + Suffix).Replace("DATABASE landfall ", $"DATABASE {new NpgsqlConnectionStringBuilder(_database.ConnectionString).Database} ");
        script.ShouldNotContain("%{");
        return _database.ExecuteAsync(script);
    }

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpClient client, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

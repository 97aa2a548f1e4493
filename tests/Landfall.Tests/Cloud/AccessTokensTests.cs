using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Landfall.Cloud;
using Landfall.Sinks.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Cloud;

/// <summary>Google's own credentials library against a token server, and a service that notes what it is shown: over https, and over http.</summary>
[Collection(nameof(Alone))]   // it sets a variable of the process
public sealed class AccessTokensTests : IAsyncLifetime
{
    private const string Variable = "GOOGLE_APPLICATION_CREDENTIALS";
    private readonly List<string> _shown = [];
    private readonly string _account = Path.GetTempFileName();
    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);
    private WebApplication _app = null!;
    private string _thumbprint = "";

    [Fact]
    public async Task Credentials_travel_over_https_only_and_log_in_to_Postgres()
    {
        using var trusting = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _thumbprint } };
        using var http = new HttpClient(trusting);
        var https = new Uri(_app.Urls.Single(url => url.StartsWith("https", StringComparison.Ordinal)));
        var plain = new Uri(_app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal)));
        (await new CloudStorage(plain, http, TimeProvider.System, new Random(1)).GetAsync("bucket", "name", cancellationToken: CancellationToken.None)).ShouldBeNull();
        (await new CloudStorage(https, http, TimeProvider.System, new Random(1)).GetAsync("bucket", "name", cancellationToken: CancellationToken.None)).ShouldBeNull();
        _shown.ShouldBe(["http: ", "token", "https: Bearer secret-token"]);
        // In one test: the credentials that were found first are kept by the process.
        await LogInToPostgresAsync();
    }

    /// <summary>As a service account of Cloud SQL, whose password is its token.</summary>
    private async Task LogInToPostgresAsync()
    {
        _shown.Clear();
        await using var database = await PostgresServer.CreateDatabaseAsync();
        await using (var owner = PostgresConnections.Open(database.ConnectionString))
        {
            await using var make = owner.CreateCommand("""DROP ROLE IF EXISTS "loader@p.iam"; CREATE ROLE "loader@p.iam" LOGIN PASSWORD 'secret-token'""");
            await make.ExecuteNonQueryAsync(CancellationToken.None);
        }
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = "loader@p.iam", Password = null };
        await using (var connections = PostgresConnections.Open(address.ConnectionString))
        {
            await using var who = connections.CreateCommand("SELECT current_user::text");
            (await who.ExecuteScalarAsync(CancellationToken.None)).ShouldBe("loader@p.iam");
        }
        _shown.ShouldBe(["token"]);
    }


    [Theory]
    [InlineData("Host=10.1.2.3;Username=loader@p.iam")]
    [InlineData("Host=10.1.2.3;Username=loader@p.iam;SSL Mode=Require")]
    [InlineData("postgres://loader%40p.iam@db.example.com/landfall")]
    public void A_token_goes_to_no_server_that_has_not_shown_who_it_is(string address) =>
        Should.Throw<FormatException>(() => PostgresConnections.Open(address)).Message.ShouldContain("SSL Mode=VerifyCA");

    public async Task InitializeAsync()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        _thumbprint = certificate.Thumbprint;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, 0);
            options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        _app = builder.Build();
        _app.MapPost("/token", () =>
        {
            _shown.Add("token");
            return Results.Text("""{"access_token":"secret-token","expires_in":3600,"token_type":"Bearer"}""", "application/json");
        });
        _app.MapGet("/storage/{**path}", context =>
        {
            _shown.Add($"{context.Request.Scheme}: {context.Request.Headers.Authorization}");
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        await _app.StartAsync(CancellationToken.None);
        var token = _app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal)) + "/token";
        await File.WriteAllTextAsync(_account, $$"""
            {"type":"service_account","project_id":"p","private_key_id":"1","private_key":{{JsonSerializer.Serialize(key.ExportPkcs8PrivateKeyPem())}},
             "client_email":"a@p.iam.gserviceaccount.com","client_id":"1","token_uri":"{{token}}"}
            """, CancellationToken.None);
        Environment.SetEnvironmentVariable(Variable, _account);
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        await _app.DisposeAsync();
        File.Delete(_account);
    }
}

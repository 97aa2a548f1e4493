using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Attacks;

/// <summary>What a caller may offer in the place of Google's token at the endpoint of pushes: one passes, and neither an answer nor a line of the log repeats any.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private const string Audience = "https://drop-zone-load.example.com";

    private static readonly Settings Checked = new() { PushAudience = Audience, PushEmail = "push@p1.iam.gserviceaccount.com" };

    /// <summary>Of the moment at which everything is checked; tokens say when they are good by the machine's clock.</summary>
    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private static readonly (string Case, int Status, Func<TokenIssuer, string?> Token)[] All =
    [
        ("none", 401, _ => null),
        ("garbage", 401, _ => "eyJhbGciOiJSUzI1NiJ9.~~~~.%%%%"),
        ("alg none", 401, issuer => issuer.Token(unsigned: true)),
        ("HS256 with the public key", 401, issuer => issuer.Token(algorithm: "HS256")),
        ("another key", 401, issuer =>
        {
            using var other = RSA.Create(2048);
            return issuer.Token(key: other);
        }),
        ("expired", 401, issuer => issuer.Token(claims => claims["exp"] = Now - 60)),
        ("nbf in the future", 401, issuer => issuer.Token(claims => claims["nbf"] = Now + 300)),
        ("nbf that is no number", 401, issuer => issuer.Token(claims => claims["nbf"] = "now")),
        ("iat in the future", 401, issuer => issuer.Token(claims => claims["iat"] = Now + 300)),
        ("another issuer", 401, issuer => issuer.Token(claims => claims["iss"] = "https://accounts.google.com.example.com")),
        ("another audience", 401, issuer => issuer.Token(claims => claims["aud"] = Audience + ".example.com")),
        ("an audience beside ours", 401, issuer => issuer.Token(claims => claims["aud"] = new JsonArray(Audience, "https://other.example.com"))),
        ("no audience", 401, issuer => issuer.Token(claims => claims.Remove("aud"))),
        ("an empty list of audiences", 401, issuer => issuer.Token(claims => claims["aud"] = new JsonArray())),
        ("another email", 403, issuer => issuer.Token(claims => claims["email"] = "push@p1.iam.gserviceaccount.com.example.com")),
        ("an email that is not verified", 403, issuer => issuer.Token(claims => claims["email_verified"] = false)),
        ("an email whose verification is a text", 403, issuer => issuer.Token(claims => claims["email_verified"] = "true")),
        ("our audience in a list of one", 204, issuer => issuer.Token(claims => claims["aud"] = new JsonArray(Audience))),
        ("valid", 204, issuer => issuer.Token(claims => claims["nbf"] = Now - 60)),
    ];

    private TokenIssuer _issuer = null!;

    public async Task InitializeAsync() => _issuer = await TokenIssuer.StartAsync();

    public async Task DisposeAsync() => await _issuer.DisposeAsync();

    public static TheoryData<string> Cases() => [.. All.Select(one => one.Case)];

    [Theory, MemberData(nameof(Cases))]
    public async Task Only_a_good_token_wakes_the_function(string name)
    {
        var (_, status, make) = All.Single(one => one.Case == name);
        await using var world = await ServeAsync(Checked);
        var token = make(_issuer);

        await world.OfferAsync(token, status);

        foreach (var part in (token ?? "").Split('.').Where(part => part.Length > 20)) world.Said.ShouldNotContain(part);
    }

    /// <summary>There the platform has verified the signature, and what the token says is all that is left to look at.</summary>
    [Theory]
    [InlineData("nbf in the future", 401)]
    [InlineData("an audience beside ours", 401)]
    [InlineData("no audience", 401)]
    [InlineData("another email", 403)]
    [InlineData("valid", 204)]
    public async Task Nor_does_another_on_Cloud_Run(string name, int status)
    {
        await using var world = await ServeAsync(Checked with { Service = "drop-zone-load", BehindIam = true });
        var token = All.Single(one => one.Case == name).Token(_issuer)!;

        await world.OfferAsync(token[..token.LastIndexOf('.')] + ".SIGNATURE_REMOVED_BY_GOOGLE", status);
    }

    private async Task<World> ServeAsync(Settings settings)
    {
        var world = new World();
        world.Served = await Served.StartAsync<StorageObjectData>(
            (_, _, _) =>
            {
                world.Called++;
                return Task.CompletedTask;
            },
            settings,
            services => services.AddSingleton(provider => new PushTokens(settings, provider.GetRequiredService<ILogger<PushTokens>>(), TimeProvider.System, _issuer.Keys)));
        return world;
    }

    private sealed class World : IAsyncDisposable
    {
        private string _answer = "";

        public Served Served { get; set; } = null!;

        public int Called { get; set; }

        public string Said => Served.Log.Text + _answer;

        public async Task OfferAsync(string? token, int status)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(Served.Resource) };
            if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            var start = Stopwatch.GetTimestamp();
            using var response = await Served.Client.SendAsync(request);
            _answer = await response.Content.ReadAsStringAsync();
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(2));
            ((int)response.StatusCode).ShouldBe(status, _answer);
            Called.ShouldBe(status == 204 ? 1 : 0);
            if (status != 204) JsonDocument.Parse(_answer).RootElement.GetProperty("detail").GetString()!.ShouldContain("bearer token");
        }

        public ValueTask DisposeAsync() => Served.DisposeAsync();
    }
}

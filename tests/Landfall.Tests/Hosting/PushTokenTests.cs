using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Landfall.Events;
using Landfall.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Hosting;

/// <summary>A caller's token is checked for signature, audience, issuer, time, email and its verification; no answer and no log line repeats it.</summary>
public sealed class PushTokenTests : IAsyncLifetime
{
    private static readonly Settings Checked = new() { PushAudience = "https://drop-zone-load.example.com", PushEmail = "push@p1.iam.gserviceaccount.com" };

    private int _called;
    private TokenIssuer _issuer = null!;
    private Served _served = null!;

    public async Task InitializeAsync()
    {
        _issuer = await TokenIssuer.StartAsync();
        _served = await ServeAsync(_issuer.Keys);
    }

    public async Task DisposeAsync()
    {
        await _served.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_good_token_passes() => await PassesAsync(_issuer.Token());

    [Fact]
    public async Task Googles_other_issuer_passes() => await PassesAsync(_issuer.Token(claims => claims["iss"] = "accounts.google.com"));

    public static TheoryData<string, string, string?> Changes() => new()
    {
        { "aud", "401", "\"https://another.example.com\"" },
        { "aud", "401", null },
        { "iss", "401", "\"https://accounts.example.com\"" },
        { "iss", "401", null },
        { "exp", "401", "1700000000" },
        { "exp", "401", null },
        { "iat", "401", "4100000000" },
        { "email", "403", "\"other@p1.iam.gserviceaccount.com\"" },
        { "email", "403", "\"PUSH@p1.iam.gserviceaccount.com\"" },
        { "email", "403", null },
        { "email_verified", "403", "false" },
        { "email_verified", "403", null },
    };

    [Theory, MemberData(nameof(Changes))]
    public async Task A_wrong_claim_is_refused(string claim, string status, string? json) => await RefusedAsync(
        _issuer.Token(claims =>
        {
            claims.Remove(claim);
            if (json is not null) claims[claim] = JsonNode.Parse(json);
        }),
        status);

    /// <summary>Cloud Run takes the signature away once it has verified it: then the claims are looked at, and only there. That it is Cloud Run, or Knative, says nothing of who may call.</summary>
    [Fact]
    public async Task What_Cloud_Run_has_verified_passes_there_alone()
    {
        var token = Unsigned(_issuer.Token());
        await RefusedAsync(token, "401");
        await using var open = await ServeAsync(_issuer.Keys, Checked with { Service = "drop-zone-load" });
        using var refused = await open.PostAsync(Served.Resource, token: token);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        open.Log.Text.ShouldContain("LANDFALL_BEHIND_IAM");
        _called.ShouldBe(0);
        await using var served = await ServeAsync(_issuer.Keys, Checked with { Service = "drop-zone-load", BehindIam = true });
        using var response = await served.PostAsync(Served.Resource, token: token);
        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var signed = await served.PostAsync(Served.Resource, token: _issuer.Token());
        signed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory, MemberData(nameof(Changes))]
    public async Task A_wrong_claim_is_refused_of_what_Cloud_Run_has_verified(string claim, string status, string? json)
    {
        await using var served = await ServeAsync(_issuer.Keys, Checked with { Service = "drop-zone-load", BehindIam = true });
        using var response = await served.PostAsync(Served.Resource, token: Unsigned(_issuer.Token(claims =>
        {
            claims.Remove(claim);
            if (json is not null) claims[claim] = JsonNode.Parse(json);
        })));
        ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(status);
        _called.ShouldBe(0);
    }

    /// <summary>Cloud Run has looked at the other header then, and not at what stands in this one.</summary>
    [Fact]
    public async Task A_made_up_token_beside_the_one_that_Cloud_Run_has_verified_is_refused()
    {
        await using var served = await ServeAsync(_issuer.Keys, Checked with { Service = "drop-zone-load", BehindIam = true });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(Served.Resource) };
        request.Headers.Authorization = new("Bearer", Unsigned(_issuer.Token()));
        request.Headers.Add("X-Serverless-Authorization", "Bearer " + Unsigned(_issuer.Token(claims => claims["email"] = "ana@example.com")));
        using var response = await served.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        _called.ShouldBe(0);
    }

    private static string Unsigned(string token) => token[..token.LastIndexOf('.')] + ".SIGNATURE_REMOVED_BY_GOOGLE";

    [Fact]
    public async Task An_unsigned_token_is_refused() => await RefusedAsync(_issuer.Token(unsigned: true), "401");

    [Fact]
    public async Task Another_key_is_refused()
    {
        using var other = RSA.Create(2048);
        await RefusedAsync(_issuer.Token(key: other), "401");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("e30.e30.e30")]
    public async Task What_is_no_token_is_refused(string token) => await RefusedAsync(token, "401");

    [Fact]
    public async Task A_changed_claim_breaks_the_signature()
    {
        var good = _issuer.Token().Split('.');
        var other = _issuer.Token(claims => claims["exp"] = 4100000000).Split('.');
        await RefusedAsync($"{good[0]}.{other[1]}.{good[2]}", "401");
    }

    [Fact]
    public async Task No_token_is_401_and_says_what_is_wanted()
    {
        using var response = await _served.PostAsync(Served.Resource);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        (await response.Content.ReadAsStringAsync()).ShouldContain("OIDC token");
        _called.ShouldBe(0);
    }

    [Fact]
    public async Task Unreachable_keys_are_no_verdict_on_the_token()
    {
        var nowhere = _issuer.Keys;
        var token = _issuer.Token();
        await _issuer.DisposeAsync();
        await using var served = await ServeAsync(nowhere);

        using var response = await served.PostAsync(Served.Resource, token: token);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        served.Log.Text.ShouldNotContain(token.Split('.')[2]);
        _called.ShouldBe(0);
    }

    [Fact]
    public async Task Without_the_settings_nothing_is_checked()
    {
        await using var served = await Served.StartAsync<StorageObjectData>((_, _, _) => Task.CompletedTask);

        using var response = await served.PostAsync(Served.Resource);

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Probes_need_no_token()
    {
        using var response = await _served.Client.GetAsync("/healthz");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private Task<Served> ServeAsync(Uri keys, Settings? settings = null) => Served.StartAsync<StorageObjectData>(
        (_, _, _) =>
        {
            _called++;
            return Task.CompletedTask;
        },
        settings ?? Checked,
        services => services.AddSingleton(provider => new PushTokens(settings ?? Checked, provider.GetRequiredService<ILogger<PushTokens>>(), TimeProvider.System, keys)));

    private async Task PassesAsync(string token)
    {
        using var response = await _served.PostAsync(Served.Resource, token: token);

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        _called.ShouldBe(1);
    }

    private async Task RefusedAsync(string token, string status)
    {
        using var response = await _served.PostAsync(Served.Resource, token: token);

        ((int)response.StatusCode).ToString().ShouldBe(status);
        _called.ShouldBe(0);
        var answer = await response.Content.ReadAsStringAsync();
        answer.ShouldContain(status == "401" ? "audience" : "verified email");
        foreach (var part in token.Split('.').Where(part => part.Length > 3))
        {
            answer.ShouldNotContain(part);
            _served.Log.Text.ShouldNotContain(part);
        }
        _served.Log.Lines.Count.ShouldBe(1);
    }
}

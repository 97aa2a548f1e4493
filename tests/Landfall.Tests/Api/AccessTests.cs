using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Landfall.Hosting;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest;

/// <summary>Nobody reads without a token that is good, of somebody whose role may; and no answer and no log line repeats a token.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private readonly TokenKeys _keys = new();
    private ApiWorld _api = null!;

    private string KeyFile => Path.Combine(_api.Folder, "keys.json");

    public async Task InitializeAsync()
    {
        _api = await ApiWorld.StartAsync();
        await File.WriteAllTextAsync(KeyFile, _keys.Json);
        await _api.ServeAsync(Checked);
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        _keys.Dispose();
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task A_good_token_passes(string algorithm)
    {
        await StatusAsync(_keys.Token(algorithm), HttpStatusCode.OK);
        await StatusAsync(_keys.Token(algorithm, header: head => head.Remove("kid")), HttpStatusCode.OK);
        await StatusAsync(_keys.Token(algorithm, claims => claims["iss"] = "accounts.google.com"), HttpStatusCode.OK);
        await StatusAsync(_keys.Token(algorithm, claims => claims["aud"] = new JsonArray("https://other.example.com", TokenKeys.Audience)), HttpStatusCode.OK);
    }

    public static TheoryData<string, int, string?> Changes() => new()
    {
        { "aud", 401, "\"https://another.example.com\"" },
        { "aud", 401, "[\"https://another.example.com\"]" },
        { "aud", 401, null },
        { "iss", 401, "\"https://accounts.example.com\"" },
        { "iss", 401, null },
        { "exp", 401, "1700000000" },
        { "exp", 401, "\"4100000000\"" },
        { "exp", 401, null },
        { "nbf", 401, "4100000000" },
        { "iat", 401, "4100000000" },
        { "email", 403, "\"eve@example.com\"" },
        { "email", 403, "\"ANA@example.com\"" },
        { "email", 403, "[\"ana@example.com\"]" },
        { "email", 403, null },
        { "email_verified", 403, "false" },
        { "email_verified", 403, "\"true\"" },
        { "email_verified", 403, null },
    };

    [Theory, MemberData(nameof(Changes))]
    public async Task A_wrong_claim_is_refused(string claim, int status, string? json)
    {
        foreach (var algorithm in (string[])["RS256", "ES256"])
        {
            await StatusAsync(_keys.Token(algorithm, claims =>
            {
                claims.Remove(claim);
                if (json is not null) claims[claim] = JsonNode.Parse(json);
            }), (HttpStatusCode)status);
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256")]
    [InlineData("RS512")]
    public async Task Another_algorithm_is_refused(string algorithm) => await StatusAsync(_keys.Token(algorithm), HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_signature_of_another_kind_or_key_is_refused()
    {
        using var others = new TokenKeys();
        await StatusAsync(others.Token(), HttpStatusCode.Unauthorized);
        await StatusAsync(others.Token("ES256"), HttpStatusCode.Unauthorized);
        await StatusAsync(_keys.Token("ES256", header: head => head["alg"] = "RS256"), HttpStatusCode.Unauthorized);
        await StatusAsync(_keys.Token("RS256", header: head => head["kid"] = "e1"), HttpStatusCode.Unauthorized);
        await StatusAsync(_keys.Token("RS256", header: head => head["kid"] = "unknown"), HttpStatusCode.Unauthorized);
        await StatusAsync(_keys.Token("RS256", header: head => head["crit"] = new JsonArray("exp")), HttpStatusCode.Unauthorized);
        var parts = _keys.Token().Split('.');
        await StatusAsync($"{parts[0]}.{_keys.Token(change: claims => claims["exp"] = 4100000000).Split('.')[1]}.{parts[2]}", HttpStatusCode.Unauthorized);
        await StatusAsync($"{parts[0]}.{parts[1]}.", HttpStatusCode.Unauthorized);
        await StatusAsync($"{parts[0]}.{parts[1]}.SIGNATURE_REMOVED_BY_GOOGLE", HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("e30.e30.e30")]
    [InlineData("W10.W10.e30")]
    public async Task What_is_no_token_is_refused(string token) => await StatusAsync(token, HttpStatusCode.Unauthorized);

    [Fact]
    public async Task Without_a_token_there_is_the_page_and_no_more()
    {
        foreach (var path in (string[])["/tables", "/tables/things/rows", "/tables/things/rows/1", "/openapi.json"])
        {
            using var response = await _api.Client.GetAsync(path);
            await ApiWorld.ProblemAsync(response, path, HttpStatusCode.Unauthorized, "bearer token");
            response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        }
        foreach (var path in (string[])["/", "/healthz"]) (await _api.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var basic = new HttpRequestMessage(HttpMethod.Get, "/tables") { Headers = { Authorization = new("Basic", "YTpi") } };
        (await _api.Client.SendAsync(basic)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_role_opens_its_tables_and_no_other()
    {
        // Ana may read all of the lab, Bo the pairs alone, Cy is a visitor, of whom the contract says nothing.
        (await NamesAsync(TokenKeys.Email)).ShouldBe(["lab.log", "lab.never", "lab.things", "lab.pairs"], ignoreOrder: true);
        (await NamesAsync("bo@example.com")).ShouldBe(["lab.pairs"]);
        (await NamesAsync("cy@example.com")).ShouldBeEmpty();
        (await NamesAsync("di@example.com")).ShouldBe(["lab.things", "lab.pairs"]);
        await StatusAsync(Of("bo@example.com"), HttpStatusCode.OK, "/tables/lab.pairs/rows");
        (await StatusAsync(Of("bo@example.com"), HttpStatusCode.Forbidden, "/tables/things/rows")).ShouldContain("lab_editors or lab_readers");
        await StatusAsync(Of("cy@example.com"), HttpStatusCode.Forbidden, "/tables/lab.pairs/rows");
        await StatusAsync(Of(TokenKeys.Email), HttpStatusCode.Forbidden, "/tables/departments/rows");
        var paths = JsonNode.Parse(await StatusAsync(Of("bo@example.com"), HttpStatusCode.OK, "/openapi.json"))!["paths"]!.AsObject().Select(path => path.Key);
        paths.Where(path => path.Contains("/rows", StringComparison.Ordinal)).ShouldAllBe(path => path.StartsWith("/tables/lab.pairs/", StringComparison.Ordinal));

        async Task<IEnumerable<string>> NamesAsync(string email) =>
            JsonNode.Parse(await StatusAsync(Of(email), HttpStatusCode.OK))!.AsArray().Select(table => table!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task On_Cloud_Run_the_token_that_the_platform_has_checked_counts()
    {
        await _api.ServeAsync(settings => Checked(settings) with { ApiKeys = null, Service = "api", BehindIam = true });
        var unsigned = Unsigned(TokenKeys.Email);
        await StatusAsync(unsigned, HttpStatusCode.OK);
        await StatusAsync(Unsigned("eve@example.com"), HttpStatusCode.Forbidden);
        await StatusAsync(_keys.Token(change: claims => claims["aud"] = "https://another.example.com"), HttpStatusCode.Unauthorized);
        // The platform has looked at the other header alone: this one may say anything.
        using var request = new HttpRequestMessage(HttpMethod.Get, "/tables") { Headers = { Authorization = new("Bearer", unsigned) } };
        request.Headers.Add("X-Serverless-Authorization", $"Bearer {Unsigned("eve@example.com")}");
        (await _api.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        string Unsigned(string email) => string.Join('.', _keys.Token(change: claims => claims["email"] = email).Split('.').Take(2)) + ".SIGNATURE_REMOVED_BY_GOOGLE";
    }

    [Fact]
    public async Task Another_issuer_is_a_setting()
    {
        await _api.ServeAsync(settings => Checked(settings) with { ApiIssuer = "https://id.example.com" });
        await StatusAsync(_keys.Token(change: claims => claims["iss"] = "https://id.example.com"), HttpStatusCode.OK);
        await StatusAsync(_keys.Token(), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task New_keys_of_the_file_are_found()
    {
        using var others = new TokenKeys();
        var time = new Hosting.ManualTime();
        time.Advance(DateTimeOffset.UtcNow - time.GetUtcNow());
        await _api.ServeAsync(Checked, services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(services, time));
        await File.WriteAllTextAsync(KeyFile, others.Json.Replace("\"r1\"", "\"r2\"", StringComparison.Ordinal));
        var fresh = others.Token(header: head => head["kid"] = "r2");
        await StatusAsync(fresh, HttpStatusCode.Unauthorized);
        time.Advance(TimeSpan.FromSeconds(11));
        await StatusAsync(fresh, HttpStatusCode.OK);
        await StatusAsync(_keys.Token(), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Without_a_word_on_access_it_does_not_start()
    {
        (await FaultAsync(settings => settings with { ApiOpen = false })).ShouldContain("LANDFALL_API_OPEN=true");
        (await FaultAsync(settings => settings with { ApiOpen = false, ApiAudience = "a" })).ShouldContain("LANDFALL_API_KEYS");
        (await FaultAsync(settings => Checked(settings) with { ApiRoles = [("lab_reader", "a@b")] })).ShouldContain("did you mean lab_readers?");
        (await FaultAsync(settings => settings with { Postgres = null })).ShouldContain("LANDFALL_POSTGRES");
        await File.WriteAllTextAsync(KeyFile, """{"keys":[{"kty":"oct","k":"AAAA"}]}""");
        (await FaultAsync(Checked)).ShouldContain("no key for RS256");
        await File.WriteAllTextAsync(KeyFile, "[]");
        (await FaultAsync(Checked)).ShouldContain("no JSON Web Key Set");
        using var small = RSA.Create(1024);
        await File.WriteAllTextAsync(KeyFile, $$"""{"keys":[{"kty":"RSA","n":"{{System.Buffers.Text.Base64Url.EncodeToString(small.ExportParameters(false).Modulus)}}","e":"AQAB"}]}""");
        (await FaultAsync(Checked)).ShouldContain("2048");

        async Task<string> FaultAsync(Func<Settings, Settings> settings) => (await Should.ThrowAsync<FormatException>(() => _api.ServeAsync(settings))).Message;
    }

    private Settings Checked(Settings settings) => settings with
    {
        ApiOpen = false,
        ApiAudience = TokenKeys.Audience,
        ApiKeys = KeyFile,
        ApiRoles = [("lab_readers", TokenKeys.Email), ("pair_readers", "bo@example.com"), ("lab_visitors", "cy@example.com"), ("lab_editors", "di@example.com")],
    };

    private string Of(string email) => _keys.Token(change: claims => claims["email"] = email);

    private async Task<string> StatusAsync(string token, HttpStatusCode status, string path = "/tables")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var response = await _api.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        foreach (var part in token.Split('.').Where(part => part.Length > 3))
        {
            text.ShouldNotContain(part);
            _api.Lines.Text.ShouldNotContain(part);
        }
        return text;
    }
}

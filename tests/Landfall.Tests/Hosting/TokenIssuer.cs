using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Landfall.Tests.Hosting;

/// <summary>An issuer of OIDC tokens that publishes its RSA key on loopback, as Google publishes its own.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly WebApplication _app;

    private TokenIssuer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(context =>
        {
            var key = _key.ExportParameters(includePrivateParameters: false);
            var keys = $$"""{"keys":[{"kid":"k1","kty":"RSA","alg":"RS256","use":"sig","n":"{{Base64Url.EncodeToString(key.Modulus)}}","e":"{{Base64Url.EncodeToString(key.Exponent)}}"}]}""";
            return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(keys)).AsTask();
        });
    }

    public Uri Keys => new(_app.Urls.Single());

    public static async Task<TokenIssuer> StartAsync()
    {
        var issuer = new TokenIssuer();
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>A token that is good, but for what the test changes.</summary>
    /// <param name="change">Changes the claims.</param>
    /// <param name="key">Signs in place of the published key.</param>
    /// <param name="unsigned">Whether the token says <c>alg: none</c> and has no signature.</param>
    /// <param name="algorithm"><c>HS256</c> signs with the public key as a shared secret, as once fooled many.</param>
    public string Token(Action<JsonObject>? change = null, RSA? key = null, bool unsigned = false, string algorithm = "RS256")
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = "https://accounts.google.com",
            ["aud"] = "https://drop-zone-load.example.com",
            ["azp"] = "1234",
            ["sub"] = "1234",
            ["email"] = "push@p1.iam.gserviceaccount.com",
            ["email_verified"] = true,
            ["iat"] = now - 60,
            ["exp"] = now + 3000,
        };
        change?.Invoke(claims);
        var header = new JsonObject { ["alg"] = unsigned ? "none" : algorithm, ["kid"] = "k1", ["typ"] = "JWT" };
        var content = $"{Segment(header)}.{Segment(claims)}";
        return $"{content}.{(unsigned ? "" : Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(content))))}";

        byte[] Sign(byte[] bytes) => algorithm == "HS256"
            ? HMACSHA256.HashData(Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem()), bytes)
            : (key ?? _key).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        static string Segment(JsonObject json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Landfall.Tests.Rest;

/// <summary>Keys of an issuer, and the tokens that it signs with them.</summary>
internal sealed class TokenKeys : IDisposable
{
    public const string Audience = "https://api.example.com", Email = "ana@example.com";

    public RSA Rsa { get; } = RSA.Create(2048);

    public ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The public keys, as a JSON Web Key Set.</summary>
    public string Json
    {
        get
        {
            var (rsa, ec) = (Rsa.ExportParameters(includePrivateParameters: false), Ec.ExportParameters(includePrivateParameters: false));
            return new JsonObject
            {
                ["keys"] = new JsonArray(
                    new JsonObject { ["kty"] = "oct", ["kid"] = "secret", ["k"] = "AAAA" },
                    new JsonObject { ["kty"] = "RSA", ["kid"] = "r1", ["use"] = "sig", ["alg"] = "RS256", ["n"] = Base64Url.EncodeToString(rsa.Modulus), ["e"] = Base64Url.EncodeToString(rsa.Exponent) },
                    new JsonObject { ["kty"] = "EC", ["kid"] = "e1", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(ec.Q.X), ["y"] = Base64Url.EncodeToString(ec.Q.Y) }),
            }.ToJsonString();
        }
    }

    /// <summary>A token that is good, but for what the test changes.</summary>
    /// <param name="algorithm">As its header names it; it is signed accordingly.</param>
    /// <param name="change">Changes the claims.</param>
    /// <param name="header">Changes the header.</param>
    public string Token(string algorithm = "RS256", Action<JsonObject>? change = null, Action<JsonObject>? header = null)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = "https://accounts.google.com", ["aud"] = Audience, ["sub"] = "1", ["email"] = Email, ["email_verified"] = true, ["iat"] = now - 60, ["exp"] = now + 3000 };
        change?.Invoke(claims);
        var head = new JsonObject { ["alg"] = algorithm, ["kid"] = algorithm == "ES256" ? "e1" : "r1", ["typ"] = "JWT" };
        header?.Invoke(head);
        var content = $"{Segment(head)}.{Segment(claims)}";
        return $"{content}.{Base64Url.EncodeToString(Sign(algorithm, Encoding.ASCII.GetBytes(content)))}";

        static string Segment(JsonObject json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
    }

    public void Dispose()
    {
        Rsa.Dispose();
        Ec.Dispose();
    }

    private byte[] Sign(string algorithm, byte[] content) => algorithm switch
    {
        "RS256" => Rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "RS512" => Rsa.SignData(content, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        "ES256" => Ec.SignData(content, HashAlgorithmName.SHA256),
        // The old trick: the public key as a shared secret.
        "HS256" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(Rsa.ExportSubjectPublicKeyInfoPem()), content),
        _ => [],
    };
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Landfall.Hosting.Access;

/// <summary>The public keys of a file, as a JSON Web Key Set (RFC 7517): RSA for RS256 and P-256 for ES256. Nothing else is a signature here, least of all none.</summary>
internal sealed class KeySet
{
    /// <summary>How often a file is looked at again for a key that it has not had.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private volatile IReadOnlyList<Key> _keys;
    private long _read;

    /// <exception cref="FormatException">The file is no key set, or has no key of ours.</exception>
    /// <exception cref="IOException">It can not be read.</exception>
    public KeySet(string file, TimeProvider time) => (_file, _time, _keys, _read) = (file, time, Read(file), time.GetTimestamp());

    /// <summary>Whether one of the keys has signed the token, by the algorithm that it names.</summary>
    public bool Verifies(WebToken token)
    {
        // An extension that must be understood, and is not (RFC 7515, section 4.1.11).
        if (token.Header.TryGetProperty("crit", out _)) return false;
        var (algorithm, id) = (WebToken.Text(token.Header, "alg"), WebToken.Text(token.Header, "kid"));
        if (id is not null && !_keys.Any(key => key.Id == id)) ReadAgain();
        return _keys.Any(key => key.Algorithm == algorithm && (id is null || key.Id is null || key.Id == id) && key.Verifies(token));
    }

    /// <summary>Keys change: the file is then another.</summary>
    private void ReadAgain()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_read) < Pause) return;
            _read = _time.GetTimestamp();
            try
            {
                _keys = Read(_file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                // Half written, perhaps. Those that we have are good, and there is a next time.
            }
        }
    }

    private static List<Key> Read(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var keys = document.RootElement.GetProperty("keys").EnumerateArray().Select(Key.Read).OfType<Key>().ToList();
            return keys.Count > 0 ? keys : throw new FormatException($"LANDFALL_API_KEYS: {file} has no key for RS256 (RSA of at least 2048 bits) or ES256 (P-256).");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or CryptographicException)
        {
            throw new FormatException($"LANDFALL_API_KEYS: {file} is no JSON Web Key Set; expected {{\"keys\":[…]}} with keys of the kinds RSA and EC.", e);
        }
    }

    /// <param name="Id">Its <c>kid</c>, or null.</param>
    private sealed record Key(string? Id, RSAParameters? Rsa, ECParameters? Ec)
    {
        private const int LeastModulus = 256;

        public string Algorithm => Rsa is null ? "ES256" : "RS256";

        /// <returns>Null for a key of another kind or use.</returns>
        public static Key? Read(JsonElement key)
        {
            var (kind, id, algorithm, use) = (WebToken.Text(key, "kty"), WebToken.Text(key, "kid"), WebToken.Text(key, "alg"), WebToken.Text(key, "use"));
            if (use is not (null or "sig")) return null;
            if (kind == "RSA" && algorithm is null or "RS256")
            {
                var parameters = new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") };
                return parameters.Modulus is { Length: >= LeastModulus } && parameters.Exponent is not null ? new(id, parameters, null) : null;
            }
            if (kind == "EC" && algorithm is null or "ES256" && WebToken.Text(key, "crv") == "P-256")
            {
                var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = Bytes(key, "x"), Y = Bytes(key, "y") } };
                parameters.Validate();
                return new(id, null, parameters);
            }
            return null;
        }

        public bool Verifies(WebToken token)
        {
            try
            {
                // Their objects are not for several threads; making one costs little beside the check.
                if (Rsa is { } parameters)
                {
                    using var rsa = RSA.Create(parameters);
                    return rsa.VerifyData(token.Signed, token.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                }
                using var ec = ECDsa.Create(Ec!.Value);
                return ec.VerifyData(token.Signed, token.Signature, HashAlgorithmName.SHA256);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }

        private static byte[]? Bytes(JsonElement key, string name) => WebToken.Text(key, name) is { } text && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
    }
}

using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Landfall.Tests.Deployment;

/// <summary>A registry with one image, whose only layer holds one small file: what the SDK's container support builds on, so that no base image is downloaded.</summary>
internal sealed class BaseImageRegistry : IAsyncDisposable
{
    private const string Manifest = "application/vnd.docker.distribution.manifest.v2+json";
    private readonly WebApplication _app;

    private BaseImageRegistry(WebApplication app) => _app = app;

    /// <summary>Host and port, as images are named by.</summary>
    public string Address => new Uri(_app.Urls.Single()).Authority;

    public static async Task<BaseImageRegistry> StartAsync()
    {
        var (layer, diff) = Layer();
        var config = JsonSerializer.SerializeToUtf8Bytes(new
        {
            architecture = "amd64", os = "linux", config = new { User = "1654", Env = new[] { "PATH=/usr/bin", "APP_UID=1654" } },
            rootfs = new { type = "layers", diff_ids = new[] { diff } }, history = new[] { new { created_by = "base" } },
        });
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2, mediaType = Manifest, config = new { mediaType = "application/vnd.docker.container.image.v1+json", size = config.Length, digest = Digest(config) },
            layers = new[] { new { mediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip", size = layer.Length, digest = Digest(layer) } },
        });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.MapMethods("/v2/base/{kind}/{name}", ["GET", "HEAD"], async (string kind, string name, HttpResponse response) =>
        {
            var body = kind == "manifests" ? manifest : name == Digest(config) ? config : layer;
            response.ContentType = kind == "manifests" ? Manifest : "application/octet-stream";
            response.Headers["Docker-Content-Digest"] = Digest(body);
            await response.Body.WriteAsync(body);
        });
        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static (byte[] Packed, string Diff) Layer()
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true)) writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "etc/base") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes("base")) });
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(tar.ToArray());
        return (packed.ToArray(), Digest(tar.ToArray()));
    }

    private static string Digest(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}

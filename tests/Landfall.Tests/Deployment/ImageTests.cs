using System.Diagnostics;
using System.Formats.Tar;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Deployment;

/// <summary>The images that the SDK makes of functions, on a base image of the test's own: who runs in them, what, and of which files.</summary>
public sealed class ImageTests
{
    /// <summary>The program, its libraries (of which the largest are the library itself and Npgsql), the contracts.</summary>
    private const long MostBytes = 25_000_000;

    [Theory]
    [InlineData("functions/Fetch", "landfall/fetch", "dotnet /app/Fetch.dll", new[] { "app/Fetch.dll", "app/Landfall.dll", "app/contracts/people.odcs.yaml" })]
    [InlineData("functions/Api", "landfall/api", "dotnet /app/Api.dll", new[] { "app/Api.dll", "app/contracts/people.odcs.yaml", "app/reports/hires_q.sql" })]
    [InlineData("shared/Landfall.Tool", "landfall/tool", "dotnet /app/Landfall.Tool.dll", new[] { "app/Landfall.Tool.dll" })]
    public async Task An_image_has_its_program_and_nobody_is_root(string project, string repository, string entryPoint, string[] files)
    {
        await using var registry = await BaseImageRegistry.StartAsync();
        using var folder = new TempFolder();
        var archive = Path.Combine(folder.Path, "image.tar");
        await PublishAsync(project, $"{registry.Address}/base:1", registry.Address, archive);

        using var image = JsonDocument.Parse(await TextAsync(archive, name => name.EndsWith(".json", StringComparison.Ordinal) && name != "manifest.json"));
        var config = image.RootElement.GetProperty("config");
        config.GetProperty("User").GetString().ShouldBe("app");
        string.Join(' ', config.GetProperty("Entrypoint").EnumerateArray().Select(word => word.GetString())).ShouldBe(entryPoint);
        (await TextAsync(archive, name => name == "manifest.json")).ShouldContain($"\"{repository}:");
        var content = await ContentAsync(archive);
        foreach (var file in files) content.ShouldContainKey(file);
        content.Keys.ShouldAllBe(name => name == "etc/base" || name.StartsWith("app", StringComparison.Ordinal), "nothing beside the program is added");
        content.Keys.ShouldNotContain(name => name.EndsWith(".xml", StringComparison.Ordinal) || name.Contains("appsettings", StringComparison.Ordinal) || name.EndsWith(".pem", StringComparison.Ordinal));
        content.Values.Sum().ShouldBeInRange(1_000_000, MostBytes);
    }

    /// <summary>Of what is built already: the tests' own configuration.</summary>
    private static async Task PublishAsync(string project, string baseImage, string registry, string archive)
    {
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            ["publish", Repository.Path(project), "-c", configuration, "--no-build", "-t:PublishContainer", $"-p:ContainerBaseImage={baseImage}", $"-p:ContainerArchiveOutputPath={archive}", "-v:q", "-nologo"])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = registry, ["MSBUILDDISABLENODEREUSE"] = "1" },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, output + await error);
    }

    private static async Task<string> TextAsync(string archive, Func<string, bool> wanted)
    {
        await foreach (var (name, data) in EntriesAsync(File.OpenRead(archive)))
        {
            if (!wanted(name)) continue;
            using var reader = new StreamReader(data!);
            return await reader.ReadToEndAsync();
        }
        throw new InvalidOperationException("the image lacks a part");
    }

    /// <summary>The files of all layers, with their sizes.</summary>
    private static async Task<Dictionary<string, long>> ContentAsync(string archive)
    {
        var content = new Dictionary<string, long>();
        await foreach (var (name, data) in EntriesAsync(File.OpenRead(archive)))
        {
            if (!name.EndsWith("layer.tar", StringComparison.Ordinal)) continue;
            await using var unpacked = new System.IO.Compression.GZipStream(data!, System.IO.Compression.CompressionMode.Decompress);
            await using var layer = new TarReader(unpacked);
            while (await layer.GetNextEntryAsync() is { } entry) if (entry.EntryType is not TarEntryType.Directory) content[entry.Name.TrimStart('/')] = entry.Length;
        }
        return content;
    }

    private static async IAsyncEnumerable<(string Name, Stream? Data)> EntriesAsync(Stream tar)
    {
        await using (tar)
        {
            await using var reader = new TarReader(tar);
            while (await reader.GetNextEntryAsync() is { } entry) yield return (entry.Name, entry.DataStream);
        }
    }
}

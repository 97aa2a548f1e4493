using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Deployment;

/// <summary>The images of all functions and of the tool, of what is built already (the tests' own configuration), by one run of MSBuild.</summary>
public sealed class PublishedImages : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    /// <summary>The folders of what becomes an image.</summary>
    public static IReadOnlyList<string> Projects { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Path("functions"), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Where(name => name != "Local")
            .Order(StringComparer.Ordinal).Select(name => $"functions/{name}"),
        "shared/Landfall.Tool",
    ];

    public async Task InitializeAsync()
    {
        await using var registry = await BaseImageRegistry.StartAsync();
        // What `dotnet publish --no-build` sets, for all of them at once: to start MSBuild takes longer than an image does.
        var project = _folder["images.proj"];
        await File.WriteAllTextAsync(project, $"""
            <Project>
              <ItemGroup>
                {string.Join("\n    ", Projects.Select(name => $"<Image Include=\"{Repository.Path(name)}/{Path.GetFileName(name)}.csproj\" AdditionalProperties=\"PublishDir={_folder[Path.GetFileName(name)]}/;ContainerArchiveOutputPath={Archive(name)}\" />"))}
              </ItemGroup>
              <Target Name="Images">
                <MSBuild Projects="@(Image)" Targets="Publish;PublishContainer" BuildInParallel="true"
                         Properties="Configuration={Repository.Configuration};GooglePackages={Repository.HasGooglePackages};NoBuild=true;_IsPublishing=true;WithContracts=true;ContainerBaseImage={registry.Address}/base:1" />
              </Target>
            </Project>
            """);
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["msbuild", project, "-t:Images", "-m", "-v:q", "-nologo", "-nodeReuse:false"])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Path("."), Environment = { ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = registry.Address },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, output + await error);
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    internal async Task<PublishedImage> ReadAsync(string project)
    {
        using var config = JsonDocument.Parse(await TextAsync(Archive(project), name => name.EndsWith(".json", StringComparison.Ordinal) && name != "manifest.json"));
        using var manifest = JsonDocument.Parse(await TextAsync(Archive(project), name => name == "manifest.json"));
        var settings = config.RootElement.GetProperty("config");
        return new(
            settings.GetProperty("User").GetString(), string.Join(' ', settings.GetProperty("Entrypoint").EnumerateArray().Select(word => word.GetString())),
            manifest.RootElement[0].GetProperty("RepoTags")[0].GetString()!.Split(':')[0], await ContentAsync(Archive(project)));
    }

    private string Archive(string project) => _folder[Path.GetFileName(project) + ".tar"];

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
            await using var unpacked = new GZipStream(data!, CompressionMode.Decompress);
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

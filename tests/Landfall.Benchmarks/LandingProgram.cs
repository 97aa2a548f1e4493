using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Landfall.Local;
using Landfall.Local.Postgres;

namespace Landfall.Benchmarks;

/// <summary>The function as it is deployed: published, and run for one event.</summary>
/// <param name="Folder">Where its files are.</param>
internal sealed record LandingProgram(string Folder)
{
    private const string NativeFramework = "net9.0";

    /// <summary>How the program was published, for people.</summary>
    public static string Described(bool native) => native ? $"native ({NativeFramework})" : "compiled ahead (ReadyToRun)";

    /// <summary>Publishes what this repository holds.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="native">To a program without a JIT.</param>
    /// <param name="project">Its folder in the repository.</param>
    public static async Task<LandingProgram> PublishAsync(string folder, bool native, string project = "functions/DropZoneLoad")
    {
        string[] kind = native
            ? [
                "-p:PublishAot=true", $"-p:LandfallTargetFramework={NativeFramework}", .. Command.Find("clang") is null ? (string[])["-p:CppCompilerAndLinker=gcc"] : [],
                // Its objects are another framework's: beside the other build's they would undo each other.
                "-p:UseArtifactsOutput=true", $"-p:ArtifactsPath={folder}-objects",
            ]
            : ["--self-contained", "false"];
        var (code, output) = await Command.RunAsync(
            ["dotnet", "publish", Path.Combine(Repository(), project), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, .. kind, "-o", folder, "-v", "quiet"], Path.GetTempPath());
        return code == 0 ? new(folder) : throw new CannotStartException($"{project} can not be published: {output.Trim()}");
    }

    /// <summary>Lands the object of one event.</summary>
    /// <param name="file">The event.</param>
    /// <param name="storage">Where Cloud Storage answers.</param>
    /// <param name="postgres">Where it lands.</param>
    /// <param name="contracts">The contracts' folder.</param>
    public Task<Measurement> OnceAsync(string file, Uri storage, string postgres, string contracts) =>
        MeasuredProcess.RunAsync([Executable, "--once", file], Variables(storage, postgres, contracts));

    /// <summary>What is started.</summary>
    public string Executable => Path.Combine(Folder, "DropZoneLoad");

    /// <inheritdoc cref="OnceAsync"/>
    public static IReadOnlyDictionary<string, string> Variables(Uri storage, string postgres, string contracts) => new Dictionary<string, string>
    {
        ["LANDFALL_STORAGE_ENDPOINT"] = storage.AbsoluteUri.TrimEnd('/'),
        ["LANDFALL_POSTGRES"] = postgres,
        // The local cloud is BigQuery as well as Cloud Storage.
        ["LANDFALL_BIGQUERY_ENDPOINT"] = storage.AbsoluteUri.TrimEnd('/'),
        ["LANDFALL_PUBSUB_ENDPOINT"] = storage.AbsoluteUri.TrimEnd('/'),
        ["GOOGLE_CLOUD_PROJECT"] = "local",
        ["LANDFALL_CONTRACTS"] = contracts,
        ["PORT"] = "0",
    };

    private static string Repository([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../.."));
}

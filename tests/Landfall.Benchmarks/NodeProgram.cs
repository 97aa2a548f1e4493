using Landfall.Local;
using Shell = Landfall.Local.Postgres.Command;

namespace Landfall.Benchmarks;

/// <summary>A script in Node with what it needs from npm, in a folder of its own.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Command">How it is started; its arguments follow.</param>
internal sealed record NodeProgram(string Folder, IReadOnlyList<string> Command)
{
    /// <param name="folder">Made for it.</param>
    /// <param name="dependencies">Packages and their versions, as a <c>package.json</c> has them.</param>
    /// <param name="script">What it does.</param>
    /// <exception cref="CannotStartException">npm, Node or a package is not to be had.</exception>
    public static async Task<NodeProgram> CreateAsync(string folder, string dependencies, string script)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), $$"""{ "private": true, "dependencies": { {{dependencies}} } }""");
        var program = Path.Combine(folder, "program.js");
        await File.WriteAllTextAsync(program, script);
        var (code, output) = await Shell.RunAsync([Found("npm"), "install", "--no-audit", "--no-fund", "--prefix", folder], folder);
        return code == 0 ? new(folder, [Found("node"), program]) : throw new CannotStartException($"npm can not install {dependencies}: {output.Trim()}");
    }

    private static string Found(string program) => Shell.Find(program) ?? throw new CannotStartException($"No {program} found: apt-get install nodejs npm");
}

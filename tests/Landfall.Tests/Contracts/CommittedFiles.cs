using Shouldly;

namespace Landfall.Tests.Contracts;

/// <summary>Files that are made of the contracts and committed beside them. With LANDFALL_APPROVE set they are written, for a person to read.</summary>
internal static class CommittedFiles
{
    /// <param name="folder">Below the repository.</param>
    /// <param name="files">All that may stand there, by name.</param>
    public static void ShouldBe(string folder, IReadOnlyDictionary<string, string> files)
    {
        var path = Repository.Path(folder);
        var standing = Directory.Exists(path) ? Directory.GetFiles(path).Select(file => Path.GetFileName(file)).ToList() : [];
        var orphans = standing.Where(name => !files.ContainsKey(name)).ToList();
        if (Environment.GetEnvironmentVariable("LANDFALL_APPROVE") is { Length: > 0 })
        {
            Directory.CreateDirectory(path);
            foreach (var (name, text) in files) File.WriteAllText(Path.Combine(path, name), text);
            foreach (var orphan in orphans) File.Delete(Path.Combine(path, orphan));
            return;
        }
        orphans.ShouldBeEmpty($"no contract makes these files of {folder}; run with LANDFALL_APPROVE, as tests/README.md says");
        foreach (var (name, text) in files)
            (standing.Contains(name) ? File.ReadAllText(Path.Combine(path, name)) : "").ShouldBe(text, $"{folder}/{name} is not what the contracts say; run with LANDFALL_APPROVE, as tests/README.md says");
    }
}

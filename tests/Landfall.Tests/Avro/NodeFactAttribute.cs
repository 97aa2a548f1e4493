using Xunit;

namespace Landfall.Tests.Avro;

/// <summary>A test that needs node and npm; skipped, for all to see, where they are not on the PATH.</summary>
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute()
    {
        string[] missing = [.. new[] { "node", "npm" }.Where(program => !IsOnPath(program))];
        if (missing.Length > 0) Skip = $"{string.Join(" and ", missing)} not on the PATH: reading what avsc writes, and the reverse, was not tested";
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));
}

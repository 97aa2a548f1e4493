using System.Runtime.CompilerServices;

namespace Landfall.Tests;

/// <summary>Files of the repository that are not copied beside the tests.</summary>
internal static class Repository
{
    public static string Path(string relative) => System.IO.Path.Combine(Root(), relative);

    /// <summary>How the tests were built: Debug or Release.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Whether they were built with Google's packages.</summary>
    public static bool HasGooglePackages { get; } = AppContext.BaseDirectory.Contains("/bin/google/", StringComparison.Ordinal);

    /// <summary>A project's program in its own folder, built as the tests are: those beside the tests are rewritten where coverage is counted.</summary>
    public static string Program(string project) =>
        System.IO.Path.Combine(Path(project), System.IO.Path.GetRelativePath(Path("tests/Landfall.Tests"), AppContext.BaseDirectory), $"{System.IO.Path.GetFileName(project)}.dll");

    private static string Root([CallerFilePath] string here = "") => System.IO.Path.GetFullPath(System.IO.Path.Combine(here, "..", "..", ".."));
}

using System.Runtime.CompilerServices;

namespace Landfall.Tests;

/// <summary>Files of the repository that are not copied beside the tests.</summary>
internal static class Repository
{
    public static string Path(string relative) => System.IO.Path.Combine(Root(), relative);

    private static string Root([CallerFilePath] string here = "") => System.IO.Path.GetFullPath(System.IO.Path.Combine(here, "..", "..", ".."));
}

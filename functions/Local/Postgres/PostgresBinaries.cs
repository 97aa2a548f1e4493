namespace Landfall.Local.Postgres;

/// <summary>Finds the folder of the machine's own Postgres programs.</summary>
internal static class PostgresBinaries
{
    /// <summary>The folder that holds <c>initdb</c>, <c>postgres</c> and <c>pg_ctl</c>; null when the machine has none.</summary>
    public static async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        string?[] known =
        [
            Path.GetDirectoryName(Command.Find("initdb")),
            .. Versions("/usr/lib/postgresql", "bin"),
            "/usr/local/pgsql/bin",
            .. Versions("/opt/homebrew/opt", "bin", "postgresql*"),
            .. Versions("/usr/local/opt", "bin", "postgresql*"),
            .. Versions("/Applications/Postgres.app/Contents/Versions", "bin"),
        ];
        if (Array.Find(known, Complete) is { } folder) return folder;

        var (code, output) = await Command.RunAsync(["pg_config", "--bindir"], cancellationToken: cancellationToken);
        return code == 0 && Complete(output.Trim()) ? output.Trim() : null;
    }

    private static bool Complete(string? folder) =>
        folder is not null && Array.TrueForAll(["initdb", "postgres", "pg_ctl"], program => File.Exists(Path.Combine(folder, program)));

    /// <summary>Debian and Homebrew keep a folder a major version: the newest first.</summary>
    private static IEnumerable<string> Versions(string folder, string inside, string pattern = "*") =>
        Directory.Exists(folder)
            ? Directory.GetDirectories(folder, pattern).OrderByDescending(Major).Select(version => Path.Combine(version, inside))
            : [];

    private static int Major(string folder) =>
        int.TryParse(string.Concat(Path.GetFileName(folder).SkipWhile(c => !char.IsDigit(c)).TakeWhile(char.IsDigit)), out var major) ? major : 0;
}

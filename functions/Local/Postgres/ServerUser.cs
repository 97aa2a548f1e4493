namespace Landfall.Local.Postgres;

/// <summary>
/// Whom the server runs as. Postgres refuses to run as root, so root hands it to an unprivileged user; anybody else runs it themselves.
/// </summary>
internal sealed class ServerUser
{
    private readonly Func<IReadOnlyList<string>, string[]> _wrap;

    private ServerUser(string? name, Func<IReadOnlyList<string>, string[]> wrap)
    {
        Name = name;
        _wrap = wrap;
    }

    /// <summary>The unprivileged user; null when the server runs as whoever runs us.</summary>
    public string? Name { get; }

    /// <summary>The command that runs <paramref name="command"/> as this user.</summary>
    public string[] Wrap(params IReadOnlyList<string> command) => _wrap(command);

    public static async Task<ServerUser> ChooseAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess) return new ServerUser(null, command => [.. command]);

        foreach (var name in (string[])["postgres", "nobody"])
        {
            var (code, group) = await Command.RunAsync(["id", "-g", name], cancellationToken: cancellationToken);
            if (code != 0) continue;

            ServerUser[] ways =
            [
                new(name, command => ["setpriv", $"--reuid={name}", $"--regid={group.Trim()}", "--clear-groups", .. command]),
                new(name, command => ["runuser", "-u", name, "--", .. command]),
                new(name, command => ["su", "-s", "/bin/sh", "-c", "exec " + string.Join(' ', command.Select(Quote)), name]),
            ];
            foreach (var way in ways)
            {
                if ((await Command.RunAsync(way.Wrap("true"), cancellationToken: cancellationToken)).Code == 0) return way;
            }
        }

        throw new CannotStartException(
            "Postgres does not run as root, and neither setpriv, runuser nor su lets it run as the user postgres or nobody. "
            + "Run this as an ordinary user, or set LANDFALL_POSTGRES to a server of your own.");
    }

    /// <summary>Makes a folder that only this user can enter.</summary>
    /// <returns>Whether the user can reach it: a folder above may be closed to them, as <c>/root</c> is.</returns>
    public async Task<bool> TryOwnAsync(string folder, CancellationToken cancellationToken)
    {
        // A link here would let whoever made it choose what root gives away.
        if (new DirectoryInfo(folder) is { LinkTarget: not null })
        {
            throw new CannotStartException($"{folder} is a link. Postgres needs a real folder there: remove the link, or choose another --home.");
        }

        Private.CreateFolder(folder);
        if (Name is not null)
        {
            var (code, output) = await Command.RunAsync(["chown", Name, folder], cancellationToken: cancellationToken);
            if (code != 0) throw new CannotStartException($"Can not give {folder} to the user {Name}: {output.Trim()}");
        }

        return (await Command.RunAsync(Wrap("test", "-w", folder), cancellationToken: cancellationToken)).Code == 0;
    }

    private static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

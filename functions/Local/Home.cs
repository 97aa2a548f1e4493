using System.Text.Json.Nodes;

namespace Landfall.Local;

/// <summary>The folder of everything that is kept, held by one process at a time.</summary>
internal sealed class Home : IDisposable
{
    private readonly FileStream _lock;

    private Home(string folder, FileStream held, bool isNew) => (Folder, _lock, IsNew) = (folder, held, isNew);

    public string Folder { get; }

    /// <summary>Whether nobody has ever put anything here.</summary>
    public bool IsNew { get; }

    public string Buckets => Path.Combine(Folder, "buckets");

    public string Run => Path.Combine(Folder, "run");

    private string Endpoints => Path.Combine(Folder, "endpoints.json");

    /// <exception cref="CannotStartException">Another process holds it.</exception>
    public static Home Open(string folder)
    {
        folder = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(folder);
            var held = new FileStream(Path.Combine(folder, "local.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var home = new Home(folder, held, isNew: !Directory.Exists(Path.Combine(folder, "buckets")));
            File.Delete(home.Endpoints);   // whoever wrote it was killed
            return home;
        }
        catch (IOException e) when (File.Exists(Path.Combine(folder, "local.lock")))
        {
            throw new CannotStartException($"Another Landfall already runs on {folder}. Stop it, or give this one a --home of its own.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"The home {folder} can not be used: {e.Message}", e);
        }
    }

    /// <summary>Says where everything answers. Whoever sees the file sees all of it.</summary>
    public void WriteEndpoints(string http, string postgres)
    {
        var file = Endpoints + ".tmp";
        File.Delete(file);
        var endpoints = new JsonObject { ["http"] = http, ["postgres"] = postgres, ["project"] = LocalCloud.Project };
        Postgres.Private.Write(file, endpoints.ToJsonString());   // private, since it holds the password
        File.Move(file, Endpoints, overwrite: true);
    }

    public void Dispose()
    {
        File.Delete(Endpoints);
        _lock.Dispose();
    }
}

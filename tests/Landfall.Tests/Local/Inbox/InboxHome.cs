using System.Text;
using Landfall.Local.Inbox;
using Landfall.Local.Storage;
using Npgsql;

namespace Landfall.Tests.Local.Inbox;

/// <summary>
/// A store with its inbox and view, as the local cloud wires them. Disposing of it stops them; the folder and the database stay for the next.
/// </summary>
internal sealed class InboxHome : IAsyncDisposable
{
    private readonly InboxWatcher _watcher;
    private readonly BucketView _view;

    private InboxHome(TempFolder folder, NpgsqlDataSource database)
    {
        Store = new ObjectStore(database, folder["home"], TimeProvider.System);
        Known = new KnownFiles(database);
        Inbox = new InboxFolder(folder["home", "buckets"]);
        _view = new BucketView(Inbox, Known, Store);
        _watcher = new InboxWatcher(Inbox, Known, Store, TimeProvider.System, Complaints.Add);
        Store.Finalized = (connection, _, version) => _watcher.RememberAsync(connection, version);
        Store.Stored = Store.Removed = version =>
        {
            _view.Changed(version);
            return Task.CompletedTask;
        };
    }

    public ObjectStore Store { get; }

    public KnownFiles Known { get; }

    public InboxFolder Inbox { get; }

    public List<string> Complaints { get; } = [];

    public static async Task<InboxHome> StartAsync(TempFolder folder, Database database, params string[] buckets)
    {
        var home = new InboxHome(folder, database.DataSource);
        await home.Store.MigrateAsync();
        await home.Known.MigrateAsync();
        foreach (var bucket in buckets) await home.Store.CreateBucketAsync(bucket);

        await home._view.StartAsync(default);
        await home._watcher.StartAsync();
        return home;
    }

    /// <summary>Waits until nothing is on its way in or out.</summary>
    public Task IdleAsync() => Until.TrueAsync(() => _watcher.Idle() && _view.Idle && _watcher.Idle(), "the inbox is idle");

    /// <summary>All versions of an object there ever were, the oldest first.</summary>
    public async Task<string[]> VersionsAsync(string bucket, string name)
    {
        var page = await Store.ListAsync(bucket, new ListOptions { Prefix = name, Versions = true });
        return await Task.WhenAll(page.Items.Where(item => item.Name == name).OrderBy(item => item.Generation).Select(async item =>
        {
            await using var content = (await Store.OpenAsync(bucket, name, item.Generation))!.Value.Content;
            return await new StreamReader(content).ReadToEndAsync();
        }));
    }

    public async Task<ObjectResource> PutAsync(string bucket, string name, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return (await Store.PutAsync(bucket, name, content, new PutOptions()))!;
    }

    public async ValueTask DisposeAsync()
    {
        await _watcher.DisposeAsync();
        await _view.DisposeAsync();
    }
}

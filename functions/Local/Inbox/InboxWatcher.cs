using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Landfall.Local.Storage;
using Npgsql;

namespace Landfall.Local.Inbox;

/// <summary>
/// Makes objects of the files that people copy into <c>&lt;home&gt;/buckets</c>. The watcher of the operating system says early that something
/// changed;
/// a scan of the folder says surely, since watchers lose events and see nothing of what was in a new folder before they watched it.
/// </summary>
public sealed class InboxWatcher(InboxFolder folder, KnownFiles known, ObjectStore store, TimeProvider clock, Action<string> complain)
    : IAsyncDisposable
{
    private const int Parallel = 4;
    private static readonly TimeSpan Still = TimeSpan.FromMilliseconds(300), Tick = TimeSpan.FromMilliseconds(25), Rescan = TimeSpan.FromSeconds(1);

    private readonly Channel<string> _touched = Channel.CreateUnbounded<string>();
    private readonly ConcurrentDictionary<string, (FileStamp Stamp, long Since)> _unsettled = new();
    private readonly ConcurrentDictionary<string, FileStamp> _judged = new();
    private readonly ConcurrentDictionary<string, Task> _ingesting = new();
    private readonly SemaphoreSlim _slots = new(Parallel);
    private readonly AsyncLocal<(string Path, FileStamp Stamp)?> _current = new();
    private readonly CancellationTokenSource _stop = new();
    private FileSystemWatcher? _watcher;
    private Task _loop = Task.CompletedTask;

    /// <summary>Looks at what is there already, and from then on at what comes.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(folder.Root);
        foreach (var (bucket, name, stamp, _) in await known.AllAsync(_stop.Token))
        {
            if (folder.PathOf(bucket, name) is { } path && FileStamp.Of(path) == stamp) _judged[path] = stamp;
        }

        try
        {
            _watcher = new FileSystemWatcher(folder.Root) { IncludeSubdirectories = true, InternalBufferSize = 1 << 16 };
            _watcher.Created += (_, e) => _touched.Writer.TryWrite(e.FullPath);
            _watcher.Changed += (_, e) => _touched.Writer.TryWrite(e.FullPath);
            _watcher.Renamed += (_, e) => _touched.Writer.TryWrite(e.FullPath);
            _watcher.EnableRaisingEvents = true;
        }
        catch (IOException)
        {
            // Out of watches: the scans alone find all, a second later.
        }

        Scan(folder.Root);
        _loop = Task.Run(LoopAsync, CancellationToken.None);
    }

    /// <summary>Whether every file that is there now is an object, or was complained about.</summary>
    public bool Idle()
    {
        Scan(folder.Root);
        return _unsettled.IsEmpty && _ingesting.IsEmpty;
    }

    /// <summary>
    /// For <see cref="ObjectStore.Finalized"/>: an ingested file is known from the moment its object is there, so that no restart ingests it again.
    /// </summary>
    /// <exception cref="IOException">The file has changed at the last moment; nothing is stored.</exception>
    public async Task RememberAsync(NpgsqlConnection connection, ObjectResource stored)
    {
        if (_current.Value is not { } file) return;

        if (FileStamp.Of(file.Path) != file.Stamp) throw new TornFileException(file.Path);

        await KnownFiles.LearnAsync(connection, stored.Bucket, stored.Name, file.Stamp, stored.Generation);
    }

    public async ValueTask DisposeAsync()
    {
        _watcher?.Dispose();
        await _stop.CancelAsync();
        await _loop;
        await Task.WhenAll(_ingesting.Values);
        _slots.Dispose();
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        var scanned = clock.GetTimestamp();
        var pause = Rescan;
        while (!_stop.IsCancellationRequested)
        {
            while (_touched.Reader.TryRead(out var path)) Look(path);

            if (clock.GetElapsedTime(scanned) >= pause)
            {
                var start = Stopwatch.GetTimestamp();
                Scan(folder.Root);
                scanned = clock.GetTimestamp();
                pause = Rescan + (Stopwatch.GetElapsedTime(start) * 10);   // a large inbox shall not keep a core busy
            }

            foreach (var (path, (stamp, since)) in _unsettled) Settle(path, stamp, since);

            using var next = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            var nap = Task.Delay(_unsettled.IsEmpty ? pause : Tick, clock, next.Token);
            await Task.WhenAny(_touched.Reader.WaitToReadAsync(next.Token).AsTask(), nap);
            await next.CancelAsync();
        }
    }

    private void Scan(string root)
    {
        try
        {
            foreach (var path in folder.Files(root)) Look(path);
        }
        catch (IOException)
        {
            // A folder vanished under the scan; the next one sees what is left.
        }
    }

    private void Look(string path)
    {
        if (Directory.Exists(path))
        {
            if (!path.Equals(folder.Root, StringComparison.Ordinal) && folder.IsWithin(path)) Scan(path);
        }
        else if (folder.ObjectOf(path) is not null && FileStamp.Of(path) is { } stamp && _judged.GetValueOrDefault(path) != stamp && folder.IsWithin(path))
        {
            _unsettled.TryAdd(path, (stamp, clock.GetTimestamp()));
        }
    }

    private void Settle(string path, FileStamp stamp, long since)
    {
        var now = FileStamp.Of(path);
        if (now is null)
        {
            _unsettled.TryRemove(path, out _);
        }
        else if (now != stamp)
        {
            _unsettled[path] = (now.Value, clock.GetTimestamp());
        }
        else if (clock.GetElapsedTime(since) >= Still && !_ingesting.ContainsKey(path))
        {
            // In this order, so that a file under way is always in one of the two.
            var done = new TaskCompletionSource();
            _ingesting[path] = done.Task;
            _unsettled.TryRemove(path, out _);
            _ = IngestAsync(path, stamp).ContinueWith(
                _ =>
                {
                    _ingesting.TryRemove(path, out Task? _);
                    done.SetResult();
                },
                TaskScheduler.Default);
        }
    }

    private async Task IngestAsync(string path, FileStamp stamp)
    {
        await _slots.WaitAsync(CancellationToken.None);
        try
        {
            var (bucket, name) = folder.ObjectOf(path)!.Value;
            if (!(await known.FindAsync(bucket, name, _stop.Token)).ContainsKey(stamp))
            {
                _current.Value = (path, stamp);
                await using var content = new SettledFile(path, stamp);
                await store.PutAsync(bucket, name, content, new PutOptions(), _stop.Token);
                await known.ForgetAsync(bucket, name, stamp);
            }

            _judged[path] = stamp;
        }
        catch (Exception e) when (
            e is TornFileException or FileNotFoundException or DirectoryNotFoundException or NpgsqlException or OperationCanceledException)
        {
            // Not as it was, or gone, or Postgres is away: it is looked at again.
            _touched.Writer.TryWrite(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageException)
        {
            _judged[path] = stamp;
            complain($"{path} is no object: {e.Message}");
        }
        finally
        {
            _slots.Release();
        }
    }
}

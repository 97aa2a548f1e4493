using System.Threading.Channels;
using Landfall.Local.Storage;
using Npgsql;

namespace Landfall.Local.Inbox;

/// <summary>
/// Shows objects as files in <c>&lt;home&gt;/buckets</c>. Only files that it knows are replaced or removed: a file of a person's that is about to
/// become
/// an object is theirs.
/// </summary>
public sealed class BucketView(InboxFolder folder, KnownFiles known, ObjectStore store) : IAsyncDisposable
{
    private readonly Channel<(string Bucket, string Name)> _changed = Channel.CreateUnbounded<(string, string)>();
    private int _pending;
    private Task _loop = Task.CompletedTask;

    /// <summary>Whether all that changed is shown.</summary>
    public bool Idle => Volatile.Read(ref _pending) == 0;

    /// <summary>Shows what changed while nobody looked, and from then on what <see cref="Changed"/> names.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var shown = (await known.AllAsync(cancellationToken)).ToLookup(file => (file.Bucket, file.Name), file => file.Generation);
        var live = new HashSet<(string, string)>();
        foreach (var bucket in await store.BucketsAsync(cancellationToken))
        {
            Directory.CreateDirectory(Path.Combine(folder.Root, bucket.Name));
            for (string? token = ""; token is not null;)
            {
                var page = await store.ListAsync(bucket.Name, new ListOptions { PageToken = token.Length > 0 ? token : null }, cancellationToken);
                foreach (var item in page.Items)
                {
                    live.Add((item.Bucket, item.Name));
                    if (!shown[(item.Bucket, item.Name)].SequenceEqual([item.Generation])) Changed(item);
                }

                token = page.NextPageToken;
            }
        }

        foreach (var gone in shown.Where(file => !live.Contains(file.Key))) Enqueue(gone.Key);

        _loop = Task.Run(LoopAsync, CancellationToken.None);
    }

    /// <summary>For <see cref="ObjectStore.Stored"/> and <see cref="ObjectStore.Removed"/>: this object's file may have to change.</summary>
    public void Changed(ObjectResource version) => Enqueue((version.Bucket, version.Name));

    /// <summary>Shows what is still to be shown, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _changed.Writer.Complete();
        await _loop;
    }

    private void Enqueue((string Bucket, string Name) name)
    {
        Interlocked.Increment(ref _pending);
        if (!_changed.Writer.TryWrite(name))
        {
            Interlocked.Decrement(ref _pending);   // after the end: the next start shows it
        }
    }

    private async Task LoopAsync()
    {
        await foreach (var (bucket, name) in _changed.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                if (folder.PathOf(bucket, name) is { } path && folder.IsWithin(path)) await ShowAsync(bucket, name, path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NpgsqlException)
            {
                // A name that is the folder of another has no file; for anything else the next start tries again.
            }
            finally
            {
                Interlocked.Decrement(ref _pending);
            }
        }
    }

    private async Task ShowAsync(string bucket, string name, string path)
    {
        var files = await known.FindAsync(bucket, name);
        var there = FileStamp.Of(path);
        var mine = there is { } stamp && files.ContainsKey(stamp);
        if (await store.OpenAsync(bucket, name) is not var (version, content))
        {
            if (mine) File.Delete(path);

            await known.ForgetAsync(bucket, name, except: default);
            return;
        }

        await using (content)
        {
            var removedByHand = there is null && files.Count == 1 && files.ContainsValue(version.Generation);
            if (removedByHand || (there is not null && (!mine || files[there.Value] == version.Generation))) return;

            var parent = Directory.CreateDirectory(Path.GetDirectoryName(path)!).FullName;
            var copy = Path.Combine(parent, $".landfall-{version.Generation}");
            await using (var file = File.Create(copy))
            {
                await content.CopyToAsync(file);
            }

            File.SetLastWriteTimeUtc(copy, version.TimeCreated.UtcDateTime);
            var written = FileStamp.Of(copy)!.Value;
            await known.LearnAsync(bucket, name, written, version.Generation);
            if (FileStamp.Of(path) == there)
            {
                File.Move(copy, path, overwrite: true);
                await known.ForgetAsync(bucket, name, written);
            }
            else
            {
                File.Delete(copy);
            }
        }
    }
}

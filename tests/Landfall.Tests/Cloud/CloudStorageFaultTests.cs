using System.Diagnostics;
using System.Security.Cryptography;
using Landfall.Cloud;
using Landfall.Local.Storage;
using Landfall.Tests.Local.Storage;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Cloud;

[Collection(StorageCollection.Name)]
public sealed class CloudStorageFaultTests(StorageServer server, ITestOutputHelper output)
{
    private const int Size = (20 << 20) + 777;
    private const int FlatBytes = 10 << 20;

    /// <summary>LANDFALL_TEST_SEED repeats a run, or tries another.</summary>
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("LANDFALL_TEST_SEED"), out var seed) ? seed : 20;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_large_object_goes_up_whole(int run)
    {
        var bucket = await server.BucketAsync();
        await using var proxy = Proxy(run);
        var content = new Random(run);
        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        await using var writer = server.Client(proxy.Address).OpenWrite(bucket, "x", "text/csv", ifGenerationMatch: 0);
        var part = new byte[100_003];
        for (var at = 0; at < Size; at += part.Length)
        {
            content.NextBytes(part);
            var length = Math.Min(part.Length, Size - at);
            expected.AppendData(part, 0, length);
            await writer.WriteAsync(part.AsMemory(0, length));
            if (at % (1 << 20) < part.Length) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }
        var written = (await writer.CompleteAsync()).ShouldNotBeNull();
        Report(proxy, most);
        written.Size.ShouldBe(Size);
        written.Md5Hash.ShouldBe(Convert.ToBase64String(expected.GetHashAndReset()));
        (await server.Store.ListAsync(bucket, new ListOptions { Versions = true })).Items.Count.ShouldBe(1, "it came into being once");
        (proxy.Cuts + proxy.Refusals).ShouldBeGreaterThan(3, "faults must have happened");
        most.ShouldBeLessThan(FlatBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_large_object_comes_down_whole_at_its_generation(int run)
    {
        var bucket = await server.BucketAsync();
        var content = new byte[Size];
        new Random(run).NextBytes(content);
        var other = new byte[Size];
        await server.Store.PutAsync(bucket, "x", new MemoryStream(content), new PutOptions());
        await using var proxy = Proxy(run);
        var source = (await server.Client(proxy.Address).GetAsync(bucket, "x")).ShouldNotBeNull();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        await using var stream = (await server.Client(proxy.Address).OpenReadAsync(source)).ShouldNotBeNull();
        var buffer = new byte[1 << 16];
        var at = 0;
        for (int read; (read = await stream.ReadAsync(buffer)) > 0; at += read)
        {
            buffer.AsSpan(0, read).SequenceEqual(content.AsSpan(at, read)).ShouldBeTrue();
            if (at == 0) await server.Store.PutAsync(bucket, "x", new MemoryStream(other), new PutOptions());
            if (at % (1 << 20) < read) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }
        Report(proxy, most);
        at.ShouldBe(Size);
        proxy.Cuts.ShouldBeGreaterThan(3, "faults must have happened");
        most.ShouldBeLessThan(FlatBytes);
    }

    [Fact]
    public async Task Small_conditional_writes_happen_once_though_replies_are_lost()
    {
        var bucket = await server.BucketAsync();
        await using var proxy = new FaultyProxy(Seed, server.Address) { Patience = 6000 };
        var storage = server.Client(proxy.Address);
        for (var i = 0; i < 60; i++)
        {
            var written = await storage.WriteAsync(bucket, $"{i}", BitConverter.GetBytes(i), "text/plain", ifGenerationMatch: 0);
            written.ShouldNotBeNull($"object {i} is ours, whatever reply was lost");
        }
        Report(proxy, 0);
        (await server.Store.ListAsync(bucket, new ListOptions { Versions = true })).Items.Count.ShouldBe(60);
        proxy.Cuts.ShouldBeGreaterThan(3, "faults must have happened");
    }

    [Fact]
    public async Task A_small_write_without_precondition_is_not_repeated_blindly()
    {
        var bucket = await server.BucketAsync();
        await using var proxy = new FaultyProxy(Seed, server.Address) { MaxUseless = int.MaxValue, Patience = 2 };
        await Should.ThrowAsync<RetryException>(() => server.Client(proxy.Address).WriteAsync(bucket, "x", new byte[10], "text/plain"));
        (await server.Store.ListAsync(bucket, new ListOptions { Versions = true })).Items.Count.ShouldBeLessThanOrEqualTo(1);
        (proxy.Cuts + proxy.Refusals).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_version_deleted_under_its_reader_is_gone()
    {
        var bucket = await server.BucketAsync();
        var version = (await server.Store.PutAsync(bucket, "x", new MemoryStream(new byte[Size]), new PutOptions()))!;
        await using var proxy = new FaultyProxy(Seed, server.Address) { Faulty = false };
        var storage = server.Client(proxy.Address);
        var source = (await storage.GetAsync(bucket, "x", version.Generation)).ShouldNotBeNull();
        await using var stream = (await storage.OpenReadAsync(source)).ShouldNotBeNull();
        await stream.ReadExactlyAsync(new byte[1 << 20]);
        (await server.Store.DeleteAsync(bucket, "x", version.Generation)).ShouldBeTrue();
        proxy.CutAll();
        (await Should.ThrowAsync<ObjectGoneException>(() => stream.CopyToAsync(Stream.Null))).Version.ShouldBe(source);
    }

    [Fact]
    public async Task A_reader_gives_up_when_nothing_comes_any_more()
    {
        var bucket = await server.BucketAsync();
        await server.Store.PutAsync(bucket, "x", new MemoryStream(new byte[Size]), new PutOptions());
        await using var proxy = new FaultyProxy(Seed, server.Address) { Faulty = false, MaxUseless = int.MaxValue, Patience = 2 };
        var storage = server.Client(proxy.Address);
        await using var stream = (await storage.OpenReadAsync((await storage.GetAsync(bucket, "x"))!)).ShouldNotBeNull();
        await stream.ReadExactlyAsync(new byte[1 << 20]);
        proxy.Faulty = true;
        proxy.CutAll();
        await Should.ThrowAsync<RetryException>(() => stream.CopyToAsync(Stream.Null));
        (proxy.Cuts + proxy.Refusals).ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task A_reader_that_waits_is_cancelled_at_once()
    {
        var bucket = await server.BucketAsync();
        await server.Store.PutAsync(bucket, "x", new MemoryStream(new byte[Size]), new PutOptions());
        await using var proxy = new FaultyProxy(Seed, server.Address) { Faulty = false };
        var storage = new CloudStorage(proxy.Address, server.Http, TimeProvider.System, new Random(1));
        await using var stream = (await storage.OpenReadAsync((await storage.GetAsync(bucket, "x"))!)).ShouldNotBeNull();
        proxy.Deaf = true;
        using var cancel = new CancellationTokenSource();
        var reading = stream.CopyToAsync(Stream.Null, cancel.Token);
        var watch = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_connection_that_stalls_is_lost_and_mended()
    {
        var bucket = await server.BucketAsync();
        await server.Store.PutAsync(bucket, "x", new MemoryStream(new byte[Size]), new PutOptions());
        await using var proxy = new FaultyProxy(Seed, server.Address) { Faulty = false };
        var storage = server.Client(proxy.Address);
        await using var stream = (await storage.OpenReadAsync((await storage.GetAsync(bucket, "x"))!)).ShouldNotBeNull();
        proxy.Deaf = true;
        var reading = stream.CopyToAsync(Stream.Null);
        await proxy.SecondConnection; // nobody closed the first one: the reader lost patience
        proxy.Deaf = false;
        await reading;
        stream.Position.ShouldBe(Size);
    }

    [Fact]
    public async Task An_object_whose_commit_failed_is_committed_by_the_next_attempt()
    {
        var bucket = await server.BucketAsync();
        var failures = 2;
        server.Store.Finalized = (_, _, _) => failures-- > 0 ? throw new InvalidOperationException("the notification could not be written") : Task.CompletedTask;
        try
        {
            var written = (await server.Client().WriteAsync(bucket, "x", new byte[3 << 20], "text/plain")).ShouldNotBeNull();
            (await server.Store.ListAsync(bucket, new ListOptions(Versions: true))).Items.ShouldHaveSingleItem().Generation.ShouldBe(written.Generation);
            await using var stream = (await server.Client().OpenReadAsync(written)).ShouldNotBeNull();
            await stream.CopyToAsync(Stream.Null);
            failures.ShouldBe(-1, "it failed twice, then did not");
        }
        finally
        {
            server.Store.Finalized = null;
        }
    }

    private FaultyProxy Proxy(int run)
    {
        output.WriteLine($"seed {Seed}, run {run}");
        return new FaultyProxy(Seed + run, server.Address);
    }

    private void Report(FaultyProxy proxy, long most) => output.WriteLine($"seed {Seed}: {proxy.Cuts} cuts, {proxy.Refusals} refusals, {most / 1024} KiB at most");
}

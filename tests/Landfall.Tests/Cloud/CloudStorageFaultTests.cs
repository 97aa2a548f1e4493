using System.Diagnostics;
using Landfall.Cloud;
using Landfall.Local.Storage;
using Landfall.Tests.Local.Storage;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Cloud;

public sealed class CloudStorageFaultTests(StorageServer server, ITestOutputHelper output) : IClassFixture<StorageServer>
{
    private const int Size = (20 << 20) + 777;

    /// <summary>LANDFALL_TEST_SEED repeats a run, or tries another.</summary>
    internal static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("LANDFALL_TEST_SEED"), out var seed) ? seed : 20;

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
        Report(proxy);
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

    private void Report(FaultyProxy proxy) => output.WriteLine($"seed {Seed}: {proxy.Cuts} cuts, {proxy.Refusals} refusals");
}

using System.Security.Cryptography;
using Landfall.Local.Storage;
using Landfall.Tests.Local.Storage;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Cloud;

/// <summary>Objects that are larger than what may be kept of them in memory, over connections that break.</summary>
[Collection(nameof(Alone))]   // it measures memory
public sealed class LargeObjectTests(StorageServer server, ITestOutputHelper output) : IClassFixture<StorageServer>
{
    private const int Size = (20 << 20) + 777;
    private const int FlatBytes = 10 << 20;

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
        output.WriteLine($"{proxy.Cuts} cuts, {proxy.Refusals} refusals, {most / 1024} KiB at most");
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
        output.WriteLine($"{proxy.Cuts} cuts, {proxy.Refusals} refusals, {most / 1024} KiB at most");
        at.ShouldBe(Size);
        proxy.Cuts.ShouldBeGreaterThan(3, "faults must have happened");
        most.ShouldBeLessThan(FlatBytes);
    }

    private FaultyProxy Proxy(int run)
    {
        var seed = CloudStorageFaultTests.Seed + run;
        output.WriteLine($"seed {seed}");
        return new FaultyProxy(seed, server.Address);
    }
}

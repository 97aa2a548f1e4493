using System.Text;
using Landfall.Local.Storage;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Local.Storage;

/// <summary>The real <c>gcloud storage</c> is the acceptance client of the local server.</summary>
public sealed class GcloudTests(StorageServer server, ITestOutputHelper output) : IClassFixture<StorageServer>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("landfall-gcloud-");

    [Theory]
    [InlineData(0, "empty.txt")]
    [InlineData(34, "a small file ä.csv")]
    [InlineData(50 << 20, "large.bin")]
    public async Task A_file_goes_up_and_down_and_about(int size, string name)
    {
        if (!IsInstalled()) return;
        var bucket = await server.BucketAsync();
        var content = new Random(size).GetItems("abcdefgh"u8.ToArray(), size);
        var (up, down) = (Path.Combine(_folder.FullName, name), Path.Combine(_folder.FullName, "down"));
        await File.WriteAllBytesAsync(up, content);

        await GcloudAsync("cp", up, $"gs://{bucket}/in/");
        var version = (await server.Store.GetAsync(bucket, $"in/{name}")).ShouldNotBeNull();
        version.Size.ShouldBe(size);
        (await GcloudAsync("ls", $"gs://{bucket}")).ShouldBe($"gs://{bucket}/in/\n");
        (await GcloudAsync("ls", "-l", "-a", $"gs://{bucket}/in/")).ShouldContain($"gs://{bucket}/in/{name}#{version.Generation}");

        await GcloudAsync("cp", $"gs://{bucket}/in/{name}", down);
        (await File.ReadAllBytesAsync(down)).AsSpan().SequenceEqual(content).ShouldBeTrue();
        if (size < 1000) (await GcloudAsync("cat", $"gs://{bucket}/in/{name}")).ShouldBe(Encoding.ASCII.GetString(content));

        await GcloudAsync("mv", $"gs://{bucket}/in/{name}", $"gs://{bucket}/out/moved");
        (await server.Store.GetAsync(bucket, $"in/{name}")).ShouldBeNull();
        (await server.Store.GetAsync(bucket, "out/moved")).ShouldNotBeNull().Md5Hash.ShouldBe(version.Md5Hash);
        await GcloudAsync("rm", $"gs://{bucket}/out/moved");
        (await server.Store.ListAsync(bucket, new ListOptions())).Items.ShouldBeEmpty();
        (await server.Store.ListAsync(bucket, new ListOptions { Versions = true })).Items.Count(item => !item.Name.StartsWith("gcloud/tmp/", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Buckets_are_made_and_listed_and_an_old_version_is_read()
    {
        if (!IsInstalled()) return;
        await GcloudAsync("buckets", "create", "gs://made-by-gcloud");
        (await GcloudAsync("ls")).ShouldContain("gs://made-by-gcloud/\n");
        var first = (await server.Store.PutAsync("made-by-gcloud", "x", new MemoryStream("one"u8.ToArray()), new PutOptions()))!;
        await server.Store.PutAsync("made-by-gcloud", "x", new MemoryStream("two"u8.ToArray()), new PutOptions());
        (await GcloudAsync("cat", "gs://made-by-gcloud/x")).ShouldBe("two");
        (await GcloudAsync("cat", $"gs://made-by-gcloud/x#{first.Generation}")).ShouldBe("one");
        (await GcloudAsync("cat", "-r", "1-", "gs://made-by-gcloud/x")).ShouldBe("wo");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private bool IsInstalled()
    {
        if (!Gcloud.IsInstalled) output.WriteLine("SKIPPED: gcloud is not installed");
        return Gcloud.IsInstalled;
    }

    private Task<string> GcloudAsync(params string[] command) => new Gcloud(server.Address, _folder.FullName, output.WriteLine).RunAsync(command);
}

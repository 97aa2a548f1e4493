using Landfall.Events;
using Landfall.Local;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local;

public sealed class LocalCloudTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("good.csv", false, "landed     people  4 rows, 1 rejected")]
    [InlineData("bad.csv", true, "refused    people  4 rows, 1 rejected")]
    public async Task A_file_dropped_wakes_its_function_until_it_succeeds_and_its_receipt_is_a_line(string name, bool failed, string line)
    {
        await using var output = new StringWriter();
        using var home = Home.Open(_folder.Path);
        var functions = new[] { LocalFunction.Of<ReceiptFunction, StorageObjectData>("storage-drop-zone") };
        var options = new LocalOptions { Port = 0, Samples = false };
        await using (var cloud = await LocalCloud.StartAsync(options, home, functions, TimeProvider.System, TextWriter.Synchronized(output), default))
        {
            (await cloud.IdleAsync(default)).ShouldBeTrue("nothing was dropped yet");
            await File.WriteAllTextAsync(Path.Combine(home.Buckets, "drop-zone", name), "a,b\n1,2\n");
            (await cloud.IdleAsync(default)).ShouldBeFalse("it is on its way");
            await Until.TrueAsync(() => cloud.IdleAsync(default), "all is done");

            cloud.Failed.ShouldBe(failed);
            File.Exists(Path.Combine(home.Buckets, "receipts", name + ".json")).ShouldBeTrue("when all is done the receipt shows");
        }

        output.ToString().ShouldContain(line);
        output.ToString().ShouldMatch($@" \d+ ms  drop-zone/{name}#\d+");
        File.Exists(_folder["endpoints.json"]).ShouldBeTrue("it goes with the home");
    }

    [Fact]
    public async Task A_job_of_its_own_reconciles_what_is_there_and_its_memory_is_no_receipt()
    {
        await using var output = new StringWriter();
        using var home = Home.Open(_folder.Path);
        var functions = Landfall.Local.Functions.All.Where(function => function.Name == "Reconcile").ToList();
        await using var cloud = await LocalCloud.StartAsync(new() { Port = 0, Samples = false }, home, functions, TimeProvider.System, TextWriter.Synchronized(output), default);
        using var client = new HttpClient { BaseAddress = cloud.Http };
        using var upload = await client.PostAsync("/upload/storage/v1/b/receipts/o?uploadType=media&name=_alerts/x/late.json", new StringContent("{}"));
        upload.IsSuccessStatusCode.ShouldBeTrue();

        using var job = await client.PostAsync("/v1/projects/local/locations/local/jobs/reconcile:run", null);
        (await job.Content.ReadAsStringAsync()).ShouldSatisfyAllConditions(answer => answer.ShouldContain("\"*/15 * * * *\""), answer => answer.ShouldContain("\"code\":0"));
        using var cleared = await client.GetAsync("/storage/v1/b/receipts/o/_alerts%2Fx%2Flate.json");
        ((int)cleared.StatusCode).ShouldBe(404, "its contract is gone");
        output.ToString().ShouldNotContain("receipt");
    }

    [Fact]
    public async Task Tables_are_backed_up_and_restored_below_api_and_by_a_job_of_their_own()
    {
        await using var output = new StringWriter();
        using var home = Home.Open(_folder.Path);
        var functions = Landfall.Local.Functions.All.Where(function => function.Name == "TableBackup").ToList();
        await using var cloud = await LocalCloud.StartAsync(new() { Port = 0, Samples = false }, home, functions, TimeProvider.System, TextWriter.Synchronized(output), default);
        using var client = new HttpClient { BaseAddress = cloud.Http };

        using var backup = await client.PostAsync("/api/backup", new StringContent("""{"table":"departments"}"""));
        ((int)backup.StatusCode, await backup.Content.ReadAsStringAsync()).ShouldSatisfyAllConditions(answer => answer.Item1.ShouldBe(200), answer => answer.Item2.ShouldContain("gs://backups/hiring.departments/"));
        using var restore = await client.PostAsync("/api/restore", new StringContent("""{"table":"departments"}"""));
        ((int)restore.StatusCode).ShouldBe(200);
        using var unknown = await client.PostAsync("/api/restore", new StringContent("""{"table":"nothing"}"""));
        ((int)unknown.StatusCode).ShouldBe(404);

        using var job = await client.PostAsync("/v1/projects/local/locations/local/jobs/table-backup:run", null);
        (await job.Content.ReadAsStringAsync()).ShouldSatisfyAllConditions(answer => answer.ShouldContain("\"0 3 * * *\""), answer => answer.ShouldContain("\"code\":0"));
        await Until.TrueAsync(() => cloud.IdleAsync(default), "what is in the bucket shows");
        Directory.GetFiles(Path.Combine(home.Buckets, "backups", "hiring.jobs"), "*.avro").Length.ShouldBe(1);
    }
}

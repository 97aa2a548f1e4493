using System.Net.Http.Headers;
using System.Text;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest.Writing;

/// <summary><c>POST /upload</c>.</summary>
public sealed class UploadTests : IAsyncLifetime
{
    private const string Departments = "1,Sales\n2,Legal\n,Nothing\n";
    private const string Jobs = "1,Clerk\n2,Chief\n";
    private const string Hires = "1,Ana,2021-07-27T16:02:08Z,1,1\n2,,2021-07-27T16:02:08Z,1,1\n3,Cy,2021-07-27T16:02:08Z,9,1\n4,Di,2021-12-31T23:59:59Z,2,2\n";

    private WriteWorld _world = null!;

    public async Task InitializeAsync() => _world = await WriteWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Three_files_land_in_one_request_whatever_their_order_and_once_for_one_key()
    {
        (string, string)[] files = [("hired_employees.csv", Hires), ("departments.csv", Departments), ("hiring.jobs.csv", Jobs)];

        var first = await UploadAsync("k1", files);
        var again = await UploadAsync("k1", [.. files.Reverse()]);

        first.Status.ShouldBe(200, first.Body);
        first.Json["files"]!.AsArray().Select(f => $"{f!["file"]} {f["receipt"]!["outcome"]} {f["receipt"]!["rows"]!["read"]} {f["receipt"]!["rows"]!["landed"]} {f["receipt"]!["rows"]!["rejected"]} {f["receipt"]!["rejects"]}").ShouldBe(
            ["departments.csv landed 3 2 1 landfall.rejects", "hiring.jobs.csv landed 2 2 0 ", "hired_employees.csv landed 4 2 2 landfall.rejects"]);
        (again.Body, again.Headers["Idempotent-Replayed"]).ShouldBe((first.Body, "true"));
        await ShouldHaveLandedAsync();
        (await _world.RowsAsync("SELECT identity FROM landfall.landings ORDER BY 1")).ShouldAllBe(identity => identity.Contains("/k1.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_files_in_three_requests_end_the_same()
    {
        foreach (var (key, name, text) in ((string, string, string)[])[("d", "departments.csv", Departments), ("j", "jobs.csv", Jobs), ("h", "hired_employees.csv", Hires), ("d", "departments.csv", Departments), ("h", "hired_employees.csv", Hires)])
            (await UploadAsync(key, (name, text))).Status.ShouldBe(200);

        await ShouldHaveLandedAsync();
    }

    [Fact]
    public async Task What_had_landed_before_the_process_died_is_not_landed_again()
    {
        (string, string)[] files = [("departments.csv", Departments), ("jobs.csv", Jobs), ("hired_employees.csv", Hires)];
        await UploadAsync("k", files);
        // As if it had died before the answer was kept, and before the last file.
        await _world.Database.ExecuteAsync("DELETE FROM landfall.requests");
        await _world.Database.ExecuteAsync("DELETE FROM landfall.landings WHERE contract = 'hired_employees'");
        await _world.Database.ExecuteAsync("DELETE FROM hiring.hired_employees");

        (await UploadAsync("k", files)).Status.ShouldBe(200);

        await ShouldHaveLandedAsync();
    }

    [Fact]
    public async Task A_file_without_a_good_row_is_refused_and_nothing_of_it_kept()
    {
        var answer = await UploadAsync(null, ("departments.csv", "x,\n"), ("jobs.csv", Jobs));

        answer.Status.ShouldBe(422, answer.Body);
        var refused = answer.Json["files"]![0]!["receipt"]!;
        ((string)refused["outcome"]!, (string)refused["reason"]!).ShouldBe(("refused", "no row of the file fits the contract"));
        ((string)refused["hint"]!).ShouldEndWith("nothing of the file is kept here: mend it and send it again");
        (await _world.RowsAsync("SELECT place, \"column\", rule FROM landfall.rejects ORDER BY place, rule")).ShouldBe(["1|id|logicalType"]);
        (await _world.RowsAsync("SELECT contract, outcome FROM landfall.landings ORDER BY 1")).ShouldBe(["departments|refused", "jobs|landed"]);
    }

    [Fact]
    public async Task Rows_are_refused_in_the_words_in_which_bulk_refuses_them()
    {
        await _world.BulkAsync("departments", """[{"id":1,"department":"Sales"}]""");
        await _world.BulkAsync("jobs", """[{"id":1,"job":"Clerk"}]""");
        await UploadAsync(null, ("hired_employees.csv", "x,Ana,2021-07-27T16:02:08Z,1,1\n2,,2021-07-27T16:02:08Z,1,1\n3,Cy,yesterday,1,1\n4,Di,2021-07-27T16:02:08Z,9,1\n5,Ed,2021-07-27T16:02:08Z,1,1\n"));
        await _world.BulkAsync("hired_employees", """
            [{"id":"x","name":"Ana","datetime":"2021-07-27T16:02:08Z","department_id":1,"job_id":1},{"id":2,"datetime":"2021-07-27T16:02:08Z","department_id":1,"job_id":1},
             {"id":3,"name":"Cy","datetime":"yesterday","department_id":1,"job_id":1},{"id":4,"name":"Di","datetime":"2021-07-27T16:02:08Z","department_id":9,"job_id":1},{"id":6,"name":"Ed","datetime":"2021-07-27T16:02:08Z","department_id":1,"job_id":1}]
            """);

        var words = await _world.RowsAsync("""SELECT "column", rule, value, reason, count(DISTINCT identity) FROM landfall.rejects GROUP BY 1, 2, 3, 4""");
        words.Count.ShouldBe(4, string.Join('\n', words));
        words.ShouldAllBe(w => w.EndsWith("|2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nothing.csv", 404)]
    [InlineData("departments", 400)]
    [InlineData("departments.txt", 400)]
    [InlineData(".csv", 400)]
    [InlineData("rates.csv", 405)]
    [InlineData("'; DROP TABLE x; --.csv", 404)]
    public async Task A_file_is_named_after_its_table(string name, int status) => (await UploadAsync(null, (name, "1,a\n"))).Status.ShouldBe(status);

    [Fact]
    public async Task Two_files_of_one_contract_are_two_requests() =>
        (await UploadAsync(null, ("departments.csv", Departments), ("hiring.departments.csv", Departments))).Status.ShouldBe(400);

    [Fact]
    public async Task The_same_key_with_another_file_is_refused()
    {
        await UploadAsync("k", ("jobs.csv", Jobs));

        (await UploadAsync("k", ("jobs.csv", Jobs + "3,More\n"))).Status.ShouldBe(422);
        (await _world.CountAsync("hiring.jobs")).ShouldBe(2);
    }

    [Fact]
    public async Task Of_a_form_that_is_cut_anywhere_nothing_lands()
    {
        var whole = Encoding.UTF8.GetBytes("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"jobs.csv\"\r\nContent-Type: text/csv\r\n\r\n1,Clerk\n2,Chief\n\r\n--B--\r\n");
        for (var length = 0; length < whole.Length - 4; length++)
        {
            var answer = await SendAsync(whole[..length], "multipart/form-data; boundary=B");
            answer.Status.ShouldBe(400, $"{length}: {answer.Body}");
        }
        (await _world.CountAsync("hiring.jobs")).ShouldBe(0);
        (await SendAsync(whole, "multipart/form-data; boundary=B")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("multipart/form-data", 400)]
    [InlineData("multipart/mixed; boundary=B", 415)]
    [InlineData("text/csv", 415)]
    [InlineData("multipart/form-data; boundary=C", 400)]
    public async Task What_is_no_form_is_refused(string type, int status) =>
        (await SendAsync("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"jobs.csv\"\r\n\r\n1,Clerk\n\r\n--B--\r\n"u8.ToArray(), type)).Status.ShouldBe(status);

    [Fact]
    public async Task Forms_with_changed_bytes_end_in_a_clear_answer()
    {
        const int seed = 4711;
        var random = new Random(seed);
        var whole = Encoding.UTF8.GetBytes("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"jobs.csv\"\r\n\r\n1,Clerk\n2,Chief\n\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"departments.csv\"\r\n\r\n1,Sales\n\r\n--B--\r\n");
        var refused = 0;
        for (var round = 0; round < 300; round++)
        {
            var bytes = whole.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var answer = await SendAsync(bytes, "multipart/form-data; boundary=B");
            answer.Status.ShouldBeOneOf(200, 400, 404, 422);
            if (answer.Status != 200) refused++;
        }
        refused.ShouldBeGreaterThan(50, $"seed {seed}");
    }

    private async Task ShouldHaveLandedAsync()
    {
        (await _world.RowsAsync("SELECT id, department FROM hiring.departments ORDER BY id")).ShouldBe(["1|Sales", "2|Legal"]);
        (await _world.RowsAsync("SELECT id, job FROM hiring.jobs ORDER BY id")).ShouldBe(["1|Clerk", "2|Chief"]);
        (await _world.RowsAsync("SELECT id FROM hiring.hired_employees ORDER BY id")).ShouldBe(["1", "4"]);
        (await _world.RowsAsync("""SELECT contract, place, "column", rule, row FROM landfall.rejects ORDER BY 1, 2""")).ShouldBe(
            ["departments|3|id|required|,Nothing", "hired_employees|2|name|required|2,,2021-07-27T16:02:08Z,1,1", "hired_employees|3|department_id|relationships|3,Cy,2021-07-27T16:02:08Z,9,1"]);
        (await _world.CountAsync("landfall.landings")).ShouldBe(3);
    }

    private async Task<WriteWorld.Answered> UploadAsync(string? key, params (string Name, string Text)[] files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, text) in files) form.Add(new StringContent(text, Encoding.UTF8, "text/csv"), "file", name);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/upload") { Content = form };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await _world.SendAsync(request);
    }

    private async Task<WriteWorld.Answered> SendAsync(byte[] body, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/upload") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await _world.SendAsync(request);
    }
}

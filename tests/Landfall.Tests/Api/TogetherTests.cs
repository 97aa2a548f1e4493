using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Rest;

/// <summary>Rows that are wanted at the same time come by one statement, and each request is answered as if it were alone.</summary>
public sealed class TogetherTests : IAsyncLifetime
{
    private const int Rows = 40;

    private ApiWorld _api = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiWorld.StartAsync();
        await _api.Database.ExecuteAsync($"INSERT INTO lab.things (id, label, zip) SELECT g, 'row ' || g, NULLIF(g % 3, 0) FROM generate_series(1, {Rows}) g");
        await _api.Database.ExecuteAsync($"INSERT INTO lab.pairs (a, b, c) SELECT E'a,\"{{}}\\\\ ' || g % 5, g, 'pair ' || g FROM generate_series(1, {Rows}) g");
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Each_gets_its_own()
    {
        var versions = new Dictionary<string, string>();
        var paths = Enumerable.Range(1, Rows).SelectMany(id => (string[])[$"/tables/things/rows/{id}", $"/tables/things/rows/{id}?select=zip,label", $"/tables/things/rows/{id + 1000}", $"/tables/things/rows/{id}x"]).ToList();
        foreach (var path in paths) versions[path] = await DescribeAsync(path);
        versions.Values.Distinct().Count().ShouldBe((Rows * 2) + 1 + Rows, "all rows, one 404, and a 400 for each value");

        (await HeldAsync("lab.things", paths)).ShouldBe([.. paths.Select(path => versions[path])]);
        (await ManyAsync()).ShouldBeGreaterThan(0, "some came together");
    }

    [Fact]
    public async Task Each_gets_its_own_by_a_key_of_two_columns_and_in_its_own_form()
    {
        var paths = Enumerable.Range(1, Rows).SelectMany(b => (string[])[Pair(b % 5, b), Pair((b + 1) % 5, b), Pair(b % 5, b)]).ToList();
        var alone = new List<string>();
        foreach (var (path, i) in paths.Select((path, i) => (path, i))) alone.Add(await DescribeAsync(path, i % 2 == 0 ? null : "text/csv"));
        alone.Count(answer => answer.StartsWith("200", StringComparison.Ordinal)).ShouldBe(Rows * 2);

        (await HeldAsync("lab.pairs", paths, i => i % 2 == 0 ? null : "text/csv")).ShouldBe(alone);
        (await ManyAsync()).ShouldBeGreaterThan(0, "some came together");
    }

    [Fact]
    public async Task One_that_Postgres_refuses_does_the_others_no_harm()
    {
        // Somebody has changed the table: what the contract lets pass is not always a value of its column.
        await _api.Database.ExecuteAsync("UPDATE lab.pairs SET a = '00000000-0000-0000-0000-' || lpad(b::text, 12, '0')");
        await _api.Database.ExecuteAsync("ALTER TABLE lab.pairs ALTER a TYPE uuid USING a::uuid");
        var paths = Enumerable.Range(1, Rows).Select(b => b % 4 == 0 ? $"/tables/lab.pairs/rows/none,{b}?select=b" : $"/tables/lab.pairs/rows/00000000-0000-0000-0000-{b:D12},{b}?select=b").ToList();

        var answers = await HeldAsync("lab.pairs", paths);

        for (var b = 1; b <= Rows; b++) answers[b - 1].ShouldStartWith(b % 4 == 0 ? "400 " : "200 ");
        for (var b = 1; b <= Rows; b++) answers[b - 1].ShouldContain(b % 4 == 0 ? "SQLSTATE 22P02" : $"{{\"b\":{b}}}");
    }

    [Fact]
    public async Task One_that_leaves_takes_no_other_along()
    {
        using var leaving = new CancellationTokenSource();
        var paths = Enumerable.Range(1, Rows).Select(id => $"/tables/things/rows/{id}?select=id").ToList();
        var left = new List<Task>();

        // The first one's statement is under way; the others wait between those who stay.
        var answers = await HeldAsync("lab.things", paths, beside: path => left.Add(LeaveAsync(path)), meanwhile: async () =>
        {
            await leaving.CancelAsync();
            foreach (var request in left) await Should.ThrowAsync<OperationCanceledException>(request);
        });

        for (var id = 1; id <= Rows; id++) answers[id - 1].ShouldStartWith($"200 {{\"id\":{id}}} ");
        (await ManyAsync()).ShouldBeGreaterThan(0, "some came together");
        (await Task.WhenAll(paths.Select(path => DescribeAsync(path)))).ShouldBe(answers, "and the buffers of those who left are nobody else's");

        Task LeaveAsync(string path) => _api.Client.GetAsync(path, leaving.Token);
    }

    [Fact]
    public async Task A_table_that_is_gone_has_no_rows()
    {
        var paths = Enumerable.Range(1, Rows).Select(id => $"/tables/things/rows/{id}").ToList();

        var answers = await HeldAsync("lab.things", paths, change: "DROP TABLE lab.things");

        answers.ShouldAllBe(answer => answer.StartsWith("404 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_is_lost_fails_those_that_it_carried_and_no_more()
    {
        var paths = Enumerable.Range(1, Rows).Select(id => $"/tables/things/rows/{id}?select=id").ToList();

        var answers = await HeldAsync("lab.things", paths, meanwhile: async () => (await _api.Database.ScalarAsync<long>(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'landfall-api' AND wait_event_type = 'Lock'")).ShouldBe(2, "statements under way"));

        // Two had gone at once, alone; the others waited for them.
        answers.Count(answer => answer.StartsWith("503 ", StringComparison.Ordinal)).ShouldBe(2);
        answers.Count(answer => answer.StartsWith("200 ", StringComparison.Ordinal)).ShouldBe(Rows - 2);
        (await ManyAsync()).ShouldBeGreaterThan(0, "some came together");
    }

    [Fact]
    public async Task Rows_are_as_they_stand_when_they_are_asked_for()
    {
        var together = 0L;
        for (var round = 1; round <= 20; round++)
        {
            await _api.Database.ExecuteAsync($"UPDATE lab.things SET \"limit\" = {round}");
            var answers = await Task.WhenAll(Enumerable.Range(1, Rows).Select(id => DescribeAsync($"/tables/things/rows/{id}?select=limit")));
            answers.ShouldAllBe(answer => answer.StartsWith($"200 {{\"limit\":{round}}}", StringComparison.Ordinal));
            together += await ManyAsync();
        }
        together.ShouldBeGreaterThan(0, "some came together");
    }

    [Fact]
    public async Task A_large_table_is_searched_by_its_key_for_each()
    {
        await _api.Database.ExecuteAsync("INSERT INTO lab.things (id, label) SELECT g, 'row' FROM generate_series(1000, 200000) g");
        await _api.Database.ExecuteAsync("ANALYZE lab.things");
        var before = await ReadAsync();
        await HeldAsync("lab.things", [.. Enumerable.Range(1, Rows).Select(i => $"/tables/things/rows/{i * 4000}")]);
        (await ManyAsync()).ShouldBeGreaterThan(0, "some came together");
        // The server tells its statistics when a session is idle for a second, or ends.
        await _api.Database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'landfall-api'");
        await Until.TrueAsync(async () => await _api.Database.ScalarAsync<long>("SELECT idx_scan FROM pg_stat_user_tables WHERE relid = 'lab.things'::regclass") >= Rows, "each was found by the index");
        // What others have read while the table was small may be told only now.
        (await ReadAsync() - before).ShouldBeLessThan(100_000, "none by reading the table");

        async Task<long> ReadAsync() => await _api.Database.ScalarAsync<long>("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relid = 'lab.things'::regclass");
    }

    private static string Pair(int a, int b) => $"/tables/lab.pairs/rows/{Uri.EscapeDataString($"a,\"{{}}\\ {a}")},{b}";

    /// <summary>Status, body and ETag.</summary>
    private async Task<string> DescribeAsync(string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null) request.Headers.Add("Accept", accept);
        using var response = await _api.Client.SendAsync(request);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()} {response.Headers.ETag}";
    }

    /// <summary>Asks while the table is locked: two statements wait for it, all other requests for them.</summary>
    /// <param name="beside">Asks for the same before.</param>
    private async Task<IReadOnlyList<string>> HeldAsync(
        string table, List<string> paths, Func<int, string?>? accept = null, Action<string>? beside = null, Func<Task>? meanwhile = null, string? change = null)
    {
        await using var connection = await _api.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"LOCK TABLE {table}; {change}", connection)) await command.ExecuteNonQueryAsync();
        var (answers, sent) = (new List<Task<string>>(), 0);
        for (var i = 0; i < paths.Count; i++)
        {
            if (beside is not null)
            {
                beside(paths[i]);
                await SentAsync();
            }
            answers.Add(DescribeAsync(paths[i], accept?.Invoke(i)));
            await SentAsync();
        }
        await Task.Delay(200);
        if (meanwhile is not null) await meanwhile();
        await transaction.CommitAsync();
        return await Task.WhenAll(answers);

        async Task SentAsync()
        {
            if (++sent <= 2) await WaitingAsync(sent);
        }
    }

    private Task WaitingAsync(int statements) => Until.TrueAsync(async () => await _api.Database.ScalarAsync<long>(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'landfall-api' AND wait_event_type = 'Lock'") == statements, $"{statements} statements wait for the table");

    /// <summary>Connections of the API whose last statement was for several rows.</summary>
    private async Task<long> ManyAsync() => await _api.Database.ScalarAsync<long>(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'landfall-api' AND query LIKE '%unnest%'");
}

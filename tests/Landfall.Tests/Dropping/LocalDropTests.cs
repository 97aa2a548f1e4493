using System.Text.Json;
using Landfall.Local;
using Landfall.Sinks.Postgres;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Dropping;

/// <summary>From a POST to the row in its table, in the local cloud: through the bucket, its event and the function of the drop zone.</summary>
public sealed class LocalDropTests
{
    [Fact]
    public async Task A_posted_file_lands_by_its_objects_own_event_and_a_url_lands_what_it_was_given()
    {
        using var folder = new TempFolder();
        await using var output = new StringWriter();
        using var home = Home.Open(folder.Path);
        var functions = Landfall.Local.Functions.All.Where(function => function.Name is "Drop" or "DropZoneLoad").ToList();
        functions.Count.ShouldBe(2);
        await using var cloud = await LocalCloud.StartAsync(new() { Port = 0, Samples = false }, home, functions, TimeProvider.System, TextWriter.Synchronized(output), default);
        using var client = new HttpClient { BaseAddress = cloud.Http };

        using var request = new HttpRequestMessage(HttpMethod.Post, "/drop/hiring/departments?date=2024-01-06") { Content = new StringContent("13,Catering\n14,\n") };
        request.Headers.Add("Prefer", "wait=30");
        var receipt = (await JsonAsync(client.SendAsync(request), 200)).GetProperty("receipt");
        receipt.GetProperty("outcome").GetString().ShouldBe("landed");
        (receipt.GetProperty("rows").GetProperty("landed").GetInt64(), receipt.GetProperty("rows").GetProperty("rejected").GetInt64()).ShouldBe((1, 1));

        var upload = await JsonAsync(client.PostAsync("/drop/hiring/departments/url?date=2024-01-07", null), 201);
        using var stranger = new HttpClient();
        using var put = await stranger.PutAsync(upload.GetProperty("url").GetString(), new StringContent("15,Garden\n"));
        ((int)put.StatusCode).ShouldBe(200);
        using var ask = new HttpRequestMessage(HttpMethod.Get, upload.GetProperty("ask").GetString());
        ask.Headers.Add("Prefer", "wait=30");
        (await JsonAsync(client.SendAsync(ask), 200)).GetProperty("receipt").GetProperty("outcome").GetString().ShouldBe("landed");

        var postgres = JsonDocument.Parse(await File.ReadAllTextAsync(folder["endpoints.json"])).RootElement.GetProperty("postgres").GetString()!;
        await using var database = NpgsqlDataSource.Create(PostgresUri.Parse(postgres).ConnectionString);
        await using var command = database.CreateCommand("SELECT string_agg(id || ' ' || department, ', ' ORDER BY id) FROM hiring.departments");
        (await command.ExecuteScalarAsync()).ShouldBe("13 Catering, 15 Garden");
    }

    private static async Task<JsonElement> JsonAsync(Task<HttpResponseMessage> answer, int status)
    {
        using var response = await answer;
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        return JsonDocument.Parse(text).RootElement;
    }
}

using System.Net;
using Landfall.Tests.Rest;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Dropping;

/// <summary>Who may not write a dataset's tables leaves nothing in its bucket, and learns nothing of what he may not see.</summary>
public sealed class DropAccessTests : IAsyncLifetime
{
    private readonly TokenKeys _keys = new();
    private readonly TempFolder _folder = new();
    private DropWorld _world = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_folder["keys.json"], _keys.Json);
        _world = await DropWorld.StartAsync(open => open with
        {
            ApiOpen = false, ApiAudience = TokenKeys.Audience, ApiKeys = _folder["keys.json"],
            ApiRoles = [("hiring_editors", "di@example.com"), ("hiring_readers", "ana@example.com"), ("people_editors", "pia@example.com")],
        });
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        _keys.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_role_that_may_write_lets_the_file_pass_and_no_other_does()
    {
        const string path = "/drop/hiring/departments?date=2024-01-05";
        foreach (var (method, at) in new[] { (HttpMethod.Post, path), (HttpMethod.Get, path), (HttpMethod.Post, path.Replace("?", "/url?")) })
        {
            await DropWorld.ProblemAsync(SendAsync(method, at, null), 401, "no bearer token");
            await DropWorld.ProblemAsync(SendAsync(method, at, _keys.Token("none")), 401);
            await DropWorld.ProblemAsync(SendAsync(method, at, Of("eve@example.com")), 403, "has no role");
            await DropWorld.ProblemAsync(SendAsync(method, at, Of("ana@example.com")), 403, "You may not write hiring.departments");
            // What he may not see is answered as what is not there.
            var hidden = await DropWorld.ProblemAsync(SendAsync(method, at, Of("pia@example.com")), 404, "no dataset hiring/departments", "for you: people/people");
            var unknown = await DropWorld.ProblemAsync(SendAsync(method, at.Replace("departments", "nothing"), Of("pia@example.com")), 404);
            hidden.Replace("departments", "nothing").ShouldBe(unknown);
        }
        (await _world.ObjectsAsync()).ShouldBeEmpty();
        await DropWorld.JsonAsync(SendAsync(HttpMethod.Post, path, Of("di@example.com")), HttpStatusCode.Accepted);
        await DropWorld.JsonAsync(SendAsync(HttpMethod.Post, path.Replace("?", "/url?"), Of("di@example.com")), HttpStatusCode.Created);
        _world.Log.Text.ShouldNotContain(Of("di@example.com").Split('.')[1][..40]);
    }

    [Fact]
    public async Task It_does_not_start_where_nothing_says_who_may() =>
        (await Should.ThrowAsync<FormatException>(() => DropWorld.StartAsync(open => open with { ApiOpen = false }))).Message.ShouldContain("LANDFALL_API_AUDIENCE");

    [Fact]
    public async Task Who_sends_too_much_is_slowed_down()
    {
        await using var world = await DropWorld.StartAsync(open => open with { ApiRate = 1 });
        var answers = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            using var response = await world.Client.GetAsync("/drop/hiring/departments?date=2024-01-05");
            answers.Add((int)response.StatusCode);
        }
        answers.ShouldContain(429);
        answers[0].ShouldBe(404);
    }

    private string Of(string email) => _keys.Token(change: claims => claims["email"] = email);

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token) =>
        _world.SendAsync(method, path, method == HttpMethod.Post ? new ByteArrayContent("13,Catering\n"u8.ToArray()) : null, token is null ? [] : [("Authorization", $"Bearer {token}")]);
}

using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Deployment;

/// <summary>The images that the SDK makes, of all functions and the tool, on a base image of the test's own: who runs in them, what, and of which files.</summary>
public sealed class ImageTests(PublishedImages images) : IClassFixture<PublishedImages>
{
    /// <summary>The program, its libraries (of which the largest are the library itself and Npgsql), the contracts.</summary>
    private const long MostBytes = 25_000_000;

    public static TheoryData<string> Projects() => [.. PublishedImages.Projects];

    [Theory, MemberData(nameof(Projects))]
    public async Task An_image_has_its_program_and_nobody_is_root(string project)
    {
        var image = await images.ReadAsync(project);
        var name = Path.GetFileName(project);
        image.User.ShouldBe("app");
        image.EntryPoint.ShouldBe($"dotnet /app/{name}.dll");
        image.Repository.ShouldBe("landfall/" + (name == "Landfall.Tool" ? "tool" : Regex.Replace(name, "(?<=[a-z])(?=[A-Z])", "-").ToLowerInvariant()));
        image.Files.Keys.ShouldContain("etc/base");
        var added = image.Files.Keys.Where(file => file != "etc/base").ToList();
        foreach (var file in (string[])[$"app/{name}.dll", "app/Landfall.dll", "app/contracts/people.odcs.yaml"]) added.ShouldContain(file);
        if (name is "Api" or "ReportPublish") added.ShouldContain("app/reports/hires_q.sql");
        // The programs' own files, contracts, reports: no documentation, no settings, no keys, nothing outside the folder.
        added.ShouldAllBe(file => Regex.IsMatch(file, @"^app(/[A-Za-z.-]+(\.dll|\.pdb|\.deps\.json|\.runtimeconfig\.json)?|/(contracts|reports)(/([a-z_]+\.(odcs\.yaml|sql)|README\.md))?|/runtimes/[A-Za-z0-9./-]+\.dll|/[a-z]{2}(-[A-Za-z]+)?/[A-Za-z.]+\.resources\.dll)$"));
        image.Files.Values.Sum().ShouldBeInRange(1_000_000, MostBytes);
    }
}

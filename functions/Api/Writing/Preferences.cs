using Landfall.Hosting;
using Microsoft.AspNetCore.Http;

namespace Landfall.Rest.Writing;

/// <summary>What the caller would like (RFC 7240), in PostgREST's words. What nobody here knows is passed over, as the RFC has it.</summary>
/// <param name="DryRun"><c>tx=rollback</c>: everything is checked, and nothing stays.</param>
/// <param name="Merge"><c>resolution=merge-duplicates</c>: a row whose key stands already takes that one's place.</param>
/// <param name="Return"><c>return=representation</c> or <c>minimal</c>; null when the caller does not say.</param>
internal sealed record Preferences(bool DryRun, bool Merge, string? Return)
{
    private static readonly string[] Known = ["tx=rollback", "tx=commit", "resolution=merge-duplicates", "return=representation", "return=minimal"];

    /// <exception cref="ProblemException">400: two of them contradict each other.</exception>
    public static Preferences Of(HttpRequest request)
    {
        var said = request.Headers["Prefer"].SelectMany(line => (line ?? "").Split([',', ';'])).Select(word => word.Replace("\"", "", StringComparison.Ordinal).Trim()).Where(Known.Contains).ToHashSet();
        if (said.Contains("tx=rollback") && said.Contains("tx=commit")) throw ProblemException.Bad("Prefer says both tx=rollback and tx=commit", "say one of them");
        if (said.Contains("return=representation") && said.Contains("return=minimal")) throw ProblemException.Bad("Prefer says both return=representation and return=minimal", "say one of them");
        return new(said.Contains("tx=rollback"), said.Contains("resolution=merge-duplicates"), said.Contains("return=representation") ? "representation" : said.Contains("return=minimal") ? "minimal" : null);
    }

    /// <summary>What of it was done, for the header <c>Preference-Applied</c>; null for nothing.</summary>
    /// <param name="merges">Whether the request is one that can merge.</param>
    /// <param name="represents">Whether the rows are in the answer.</param>
    public string? Applied(bool merges, bool represents)
    {
        List<string> applied = [];
        if (DryRun) applied.Add("tx=rollback");
        if (Merge && merges) applied.Add("resolution=merge-duplicates");
        if (represents) applied.Add("return=representation");
        else if (Return == "minimal") applied.Add("return=minimal");
        return applied.Count == 0 ? null : string.Join(", ", applied);
    }
}

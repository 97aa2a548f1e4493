using System.Net.Http.Headers;
using System.Text;

namespace Landfall.Cloud;

/// <summary>A project at Bloomreach Engagement and who asks there. All but the address is secret: what others write passes <see cref="Redact"/> before anybody sees it.</summary>
/// <param name="url">The instance's base URL.</param>
/// <param name="project">The project's token.</param>
/// <param name="key">The id of a private API key.</param>
/// <param name="secret">Its secret.</param>
public sealed class BloomreachAccount(Uri url, string project, string key, string secret)
{
    private const string Hidden = "•••";

    /// <summary>Whom to name in messages.</summary>
    public string Host { get; } = url.Host;

    // https://documentation.bloomreach.com/engagement/reference/technical-information
    internal AuthenticationHeaderValue Authorization { get; } = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}")));

    /// <param name="api">What stands before the project: <c>data/v2</c>, <c>track/v2</c>.</param>
    /// <param name="path">What stands behind it.</param>
    internal Uri Address(string api, string path) => new($"{url.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{api}/projects/{Uri.EscapeDataString(project)}/{path}");

    /// <summary>The text without what is secret.</summary>
    public string Redact(string text)
    {
        // The longest first: one may be part of another.
        string[] secrets = [Authorization.Parameter!, secret, project, key, Uri.EscapeDataString(project)];
        foreach (var one in secrets.Where(one => one.Length > 0).OrderByDescending(one => one.Length)) text = text.Replace(one, Hidden, StringComparison.OrdinalIgnoreCase);
        return text;
    }

    public override string ToString() => $"Bloomreach at {Host}";
}

namespace Landfall.Contracts.Reading;

/// <summary>Where people ask: <c>support[]</c>.</summary>
internal static class SupportPart
{
    private static readonly string[] Words = ["id", "channel", "url", "description", "tool", "scope", "invitationUrl", "customProperties"];

    public static IReadOnlyList<SupportChannel> Read(YamlMap contract)
    {
        var channels = new List<SupportChannel>();
        foreach (var map in contract.Maps("support", "channel"))
        {
            map.Allow(Words);
            var (tool, url, description) = (map.Text("tool"), Url(map), map.Text("description"));
            if (map.RequiredText("channel") is { } channel) channels.Add(new(channel, tool, url, description));
        }
        return channels;
    }

    private static Uri? Url(YamlMap map)
    {
        if (map.Text("url") is not { } text) return null;
        // A path is an absolute URI to .NET on Unix, and to nobody else.
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && text.StartsWith($"{url.Scheme}:", StringComparison.OrdinalIgnoreCase)) return url;
        map.Fault("url", $"is {Spelling.Shown(text)}; expected a whole URL, for example https://example.com/help or mailto:help@example.com");
        return null;
    }
}

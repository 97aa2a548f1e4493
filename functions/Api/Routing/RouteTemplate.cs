namespace Landfall.Rest.Routing;

/// <summary>A path with values in it: <c>/tables/{table}/rows</c>.</summary>
internal sealed class RouteTemplate(string text)
{
    private readonly string[] _segments = text.Split('/');

    public string Text { get; } = text;

    /// <summary>The values of a path, still percent-encoded; null when the path is another's.</summary>
    public IReadOnlyDictionary<string, string>? Match(string[] path)
    {
        if (path.Length != _segments.Length) return null;
        Dictionary<string, string>? values = null;
        for (var i = 0; i < path.Length; i++)
        {
            if (_segments[i] is ['{', .. var name, '}'] && path[i].Length > 0) (values ??= [])[name] = path[i];
            else if (_segments[i] != path[i]) return null;
        }
        return values ?? Nothing;
    }

    /// <summary>The template with a path's segments for its values: what the path was perhaps meant to be.</summary>
    public string Filled(string[] path) => string.Join('/', _segments.Select((segment, i) => segment.StartsWith('{') && i < path.Length ? path[i] : segment));

    private static readonly Dictionary<string, string> Nothing = [];
}

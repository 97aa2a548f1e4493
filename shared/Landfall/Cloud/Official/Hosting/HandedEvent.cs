using System.Text;

namespace Landfall.Hosting;

/// <summary>An event as a function is handed it: the CloudEvents library's own.</summary>
internal static class HandedEvent
{
    public static CloudEvent Of(Events.CloudEvent read)
    {
        var handed = new CloudEvent
        {
            // An empty subject is none: the library takes no empty attribute.
            Id = Shown(read.Id), Type = Shown(read.Type), Subject = read.Subject is { Length: > 0 } subject ? Shown(subject) : null, Time = read.Time,
            // Whatever stands there is handed on, and a URI-reference takes almost anything.
            Source = Uri.TryCreate(read.Source, UriKind.RelativeOrAbsolute, out var source) ? source : new Uri("urn:unknown"),
        };
        if (read.TraceParent is { } parent && Shown(parent) == parent) handed["traceparent"] = parent;
        return handed;
    }

    /// <summary>
    /// With U+FFFD for what the library refuses in a text (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system): objects may have such names, and have to land. The
    /// functions take theirs from the data.
    /// </summary>
    private static string Shown(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes()) shown.Append(IsRefused(rune) ? Rune.ReplacementChar : rune);
        return shown.ToString();
    }

    private static bool IsRefused(Rune rune) => Rune.IsControl(rune) || (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF;
}

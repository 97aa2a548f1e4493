namespace Landfall.Hosting;

/// <summary>An event as a function is handed it: the CloudEvents library's own.</summary>
internal static class HandedEvent
{
    public static CloudEvent Of(Events.CloudEvent read)
    {
        var handed = new CloudEvent
        {
            // An empty subject is none: the library takes no empty attribute.
            Id = read.Id, Type = read.Type, Subject = read.Subject is { Length: > 0 } subject ? subject : null, Time = read.Time,
            // Whatever stands there is handed on, and a URI-reference takes almost anything.
            Source = Uri.TryCreate(read.Source, UriKind.RelativeOrAbsolute, out var source) ? source : new Uri("urn:unknown"),
        };
        if (read.TraceParent is not null) handed["traceparent"] = read.TraceParent;
        return handed;
    }
}

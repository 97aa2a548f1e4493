using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Landfall.Hosting;

/// <summary>How long a server waits for a request to come: whoever sends a byte a second holds a connection, and its memory, for no longer.</summary>
internal static class Patience
{
    /// <summary>For the headers, from their first byte to their last: 10 s (Kestrel's own is 30).</summary>
    public static readonly TimeSpan Headers = TimeSpan.FromSeconds(10);

    /// <summary>For a body: 240 bytes a second on average, once 5 s have passed (Kestrel's own). Answered 408.</summary>
    public static readonly MinDataRate Body = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    public static void Limit(KestrelServerOptions kestrel) => (kestrel.Limits.RequestHeadersTimeout, kestrel.Limits.MinRequestBodyDataRate) = (Headers, Body);
}

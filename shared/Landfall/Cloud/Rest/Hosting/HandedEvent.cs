using Landfall.Events;

namespace Landfall.Hosting;

/// <summary>An event as a function is handed it: as it was read.</summary>
internal static class HandedEvent
{
    public static CloudEvent Of(CloudEvent read) => read;
}

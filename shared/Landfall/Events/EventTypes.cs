namespace Landfall.Events;

/// <summary>The CloudEvents types Landfall acts on, as Google's event catalogue names them.</summary>
public static class EventTypes
{
    /// <summary>An object version came into being. Data: <see cref="StorageObjectData"/>.</summary>
    public const string ObjectFinalized = StoragePrefix + "finalized";

    /// <summary>A Pub/Sub message that is no storage notification. Data: <see cref="PubSubMessage"/>.</summary>
    public const string MessagePublished = "google.cloud.pubsub.topic.v1.messagePublished";

    /// <summary>A Cloud Scheduler tick. Data: <see cref="TickData"/>.</summary>
    public const string SchedulerTick = "google.cloud.scheduler.job.v1.executed";

    /// <summary>What every event of an object begins with; others end in <c>archived</c>, <c>deleted</c> and <c>metadataUpdated</c>.</summary>
    internal const string StoragePrefix = "google.cloud.storage.object.v1.";

    /// <summary>The type of event that carries a kind of data.</summary>
    internal static string Carrying<TData>() =>
        typeof(TData) == typeof(StorageObjectData) ? ObjectFinalized
        : typeof(TData) == typeof(PubSubMessage) ? MessagePublished
        : typeof(TData) == typeof(TickData) ? SchedulerTick
        : throw new ArgumentException($"No event carries {typeof(TData)}: a function takes StorageObjectData, PubSubMessage or TickData.");
}

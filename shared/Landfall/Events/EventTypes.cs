namespace Landfall.Events;

/// <summary>The CloudEvents types Landfall acts on, as Google's event catalogue names them.</summary>
public static class EventTypes
{
    /// <summary>An object version came into being. Data: <see cref="StorageObjectData"/>.</summary>
    public const string ObjectFinalized = "google.cloud.storage.object.v1.finalized";

    /// <summary>A Pub/Sub message that is no storage notification. Data: <see cref="PubSubMessage"/>.</summary>
    public const string MessagePublished = "google.cloud.pubsub.topic.v1.messagePublished";

    /// <summary>A Cloud Scheduler tick. Data: <see cref="TickData"/>.</summary>
    public const string SchedulerTick = "google.cloud.scheduler.job.v1.executed";
}

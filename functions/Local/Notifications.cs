using System.Globalization;
using System.Text;
using Landfall.Local.PubSub;
using Landfall.Local.Storage;
using Npgsql;

namespace Landfall.Local;

/// <summary>
/// Cloud Storage's notifications through Pub/Sub: topic <c>storage-&lt;bucket&gt;</c>, in the transaction that makes the object live, so that there
/// is
/// never one without the other. Attributes: https://cloud.google.com/storage/docs/pubsub-notifications#attributes
/// </summary>
internal sealed class Notifications(MessageQueue queue, string root)
{
    public static string Topic(string bucket) => $"projects/{LocalCloud.Project}/topics/storage-{bucket}";

    /// <summary>For <see cref="ObjectStore.Finalized"/>. A bucket that is none of the house's has no notification, as in the cloud.</summary>
    public async Task PublishAsync(NpgsqlConnection connection, ObjectResource version)
    {
        if (!LocalCloud.Buckets.Contains(version.Bucket)) return;

        var attributes = new Dictionary<string, string>
        {
            ["eventType"] = "OBJECT_FINALIZE",
            ["bucketId"] = version.Bucket,
            ["objectId"] = version.Name,
            ["objectGeneration"] = version.Generation.ToString(CultureInfo.InvariantCulture),
            ["eventTime"] = version.TimeCreated.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["payloadFormat"] = "JSON_API_V1",
            ["notificationConfig"] = $"projects/_/buckets/{version.Bucket}/notificationConfigs/1",
        };
        if (await OverwrittenAsync(connection, version) is { } generation)
        {
            attributes["overwroteGeneration"] = generation.ToString(CultureInfo.InvariantCulture);
        }

        var data = Encoding.UTF8.GetBytes(StorageReply.Object(version, root).ToJsonString());
        await queue.PublishAsync(connection, Topic(version.Bucket), [new OutgoingMessage(data, attributes)]);
    }

    /// <summary>The store retires the version that was live in the same transaction, at the new one's time.</summary>
    private static async Task<long?> OverwrittenAsync(NpgsqlConnection connection, ObjectResource version)
    {
        await using var command = new NpgsqlCommand(
            "SELECT generation FROM local_storage.objects WHERE bucket = $1 AND name = $2 AND time_deleted = $3", connection);
        command.Parameters.Add(new() { Value = version.Bucket });
        command.Parameters.Add(new() { Value = version.Name });
        command.Parameters.Add(new() { Value = version.TimeCreated.UtcDateTime });
        return await command.ExecuteScalarAsync() as long?;
    }
}

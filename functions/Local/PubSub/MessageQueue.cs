using System.Threading.Channels;
using Npgsql;

namespace Landfall.Local.PubSub;

/// <summary>Topics, subscriptions and their queues: tables of the schema <c>local_pubsub</c>, which survive a kill.</summary>
public sealed class MessageQueue(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>A lost claim or acknowledgement is a redelivery, which may happen anyway: neither waits for the disk.</summary>
    private const string Fast = "set_config('synchronous_commit', 'off', true) = 'off'";

    private const string SubscriptionColumns =
        "s.name, s.topic, s.push_endpoint, s.ack_deadline, s.minimum_backoff, s.maximum_backoff, s.dead_letter_topic, s.max_delivery_attempts";

    private const string Columns =
        "d.id, d.message_id, d.data, d.attribute_names, d.attribute_values, d.ordering_key, d.published, d.attempts, " + SubscriptionColumns;

    private const string Pushed =
        "local_pubsub.deliveries d JOIN local_pubsub.subscriptions s ON s.name = d.subscription WHERE s.push_endpoint IS NOT NULL";

    private readonly Channel<bool> _signal =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Makes the schema where it is missing and frees what a killed process held. Called once, before anything else.</summary>
    public Task MigrateAsync(CancellationToken cancellationToken = default) => ExecuteAsync(MessageQueueSchema.Sql, [], cancellationToken);

    /// <returns>False when it was there already.</returns>
    public async Task<bool> CreateTopicAsync(string topic, CancellationToken cancellationToken = default) =>
        await ExecuteAsync("INSERT INTO local_pubsub.topics VALUES ($1) ON CONFLICT DO NOTHING", [topic], cancellationToken) == 1;

    public async Task<bool> TopicExistsAsync(string topic, CancellationToken cancellationToken = default)
    {
        await using var command = Command("SELECT 1 FROM local_pubsub.topics WHERE name = $1", [topic]);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <returns>False when there was none. Its subscriptions stay, as in the cloud, and get nothing more.</returns>
    public async Task<bool> DeleteTopicAsync(string topic, CancellationToken cancellationToken = default)
    {
        await ExecuteAsync("UPDATE local_pubsub.subscriptions SET topic = '_deleted-topic_' WHERE topic = $1", [topic], cancellationToken);
        return await ExecuteAsync("DELETE FROM local_pubsub.topics WHERE name = $1", [topic], cancellationToken) == 1;
    }

    /// <param name="subscription">As it shall be.</param>
    /// <param name="replace">Whether one of that name may be there already; its messages stay.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="PubSubException">Its topic is unknown, or it is there already.</exception>
    public async Task CreateSubscriptionAsync(Subscription subscription, bool replace = false, CancellationToken cancellationToken = default)
    {
        if (!await TopicExistsAsync(subscription.Topic, cancellationToken)) throw PubSubException.NotFound(subscription.Topic);

        var made = await ExecuteAsync(
            "INSERT INTO local_pubsub.subscriptions VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT "
            + (replace
                ? """
                  (name) DO UPDATE SET topic = $2, push_endpoint = $3, ack_deadline = $4, minimum_backoff = $5, maximum_backoff = $6,
                  dead_letter_topic = $7, max_delivery_attempts = $8
                  """
                : "DO NOTHING"),
            [
                subscription.Name, subscription.Topic, subscription.PushEndpoint, subscription.AckDeadline, subscription.MinimumBackoff,
                subscription.MaximumBackoff, subscription.DeadLetterTopic, subscription.MaxDeliveryAttempts,
            ],
            cancellationToken);
        if (made == 0) throw PubSubException.Exists(subscription.Name);

        Wake();
    }

    /// <returns>Null when there is none.</returns>
    public async Task<Subscription?> FindSubscriptionAsync(string name, CancellationToken cancellationToken = default)
    {
        await using var command = Command($"SELECT {SubscriptionColumns} FROM local_pubsub.subscriptions s WHERE s.name = $1", [name]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? ReadSubscription(reader, 0) : null;
    }

    /// <returns>False when there was none. Its messages go with it.</returns>
    public async Task<bool> DeleteSubscriptionAsync(string name, CancellationToken cancellationToken = default) =>
        await ExecuteAsync("DELETE FROM local_pubsub.subscriptions WHERE name = $1", [name], cancellationToken) == 1;

    /// <returns>The ids of the messages, in their order.</returns>
    /// <exception cref="PubSubException">The topic is unknown, or a message is empty.</exception>
    public async Task<IReadOnlyList<long>> PublishAsync(
        string topic, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ids = await PublishAsync(connection, topic, messages, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Wake();
        return ids;
    }

    /// <summary>As above, inside the caller's transaction; after its commit the caller calls <see cref="Wake"/>.</summary>
    public async Task<IReadOnlyList<long>> PublishAsync(
        NpgsqlConnection connection, string topic, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken = default)
    {
        var ids = new List<long>(messages.Count);
        foreach (var message in messages)
        {
            if (message.Data.Length == 0 && message.Attributes.Count == 0)
            {
                throw PubSubException.Invalid(
                    "A message in the publish request is empty. Each must contain either non-empty data, or at least one attribute.");
            }

            // The topic's row is locked, so that a message published is in the queue of every subscription that stood before.
            await using var command = With(
                new NpgsqlCommand("""
                WITH topic AS (SELECT name, nextval('local_pubsub.message_ids') AS message_id FROM local_pubsub.topics WHERE name = $1 FOR KEY SHARE),
                queued AS (
                    INSERT INTO local_pubsub.deliveries
                        (subscription, message_id, data, attribute_names, attribute_values, ordering_key, published, due)
                    SELECT s.name, topic.message_id, $2, $3, $4, $5, $6, $6
                    FROM local_pubsub.subscriptions s JOIN topic ON s.topic = topic.name)
                SELECT message_id FROM topic
                """, connection),
                [
                    topic, message.Data, message.Attributes.Keys.ToArray(), message.Attributes.Values.ToArray(), message.OrderingKey,
                    clock.GetUtcNow(),
                ]);
            ids.Add(await command.ExecuteScalarAsync(cancellationToken) as long? ?? throw PubSubException.NotFound(topic));
        }

        return ids;
    }

    /// <summary>
    /// Takes messages that are due for a push, the longest due first. Each stays taken until it is acknowledged, put back, or we are gone.
    /// </summary>
    public Task<List<Delivery>> ClaimAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync(
            $"""
            UPDATE local_pubsub.deliveries d SET leased = true, attempts = attempts + 1 FROM local_pubsub.subscriptions s
            WHERE s.name = d.subscription AND {Fast} AND d.id IN (
                SELECT q.id FROM local_pubsub.deliveries q JOIN local_pubsub.subscriptions p ON p.name = q.subscription
                WHERE NOT q.leased AND q.due <= $1 AND p.push_endpoint IS NOT NULL ORDER BY q.due, q.id LIMIT $2 FOR UPDATE OF q SKIP LOCKED)
            RETURNING {Columns}
            """,
            [clock.GetUtcNow(), limit],
            cancellationToken);

    /// <summary>What <c>:pull</c> takes: a message that is not acknowledged within the deadline is due again.</summary>
    public Task<List<Delivery>> PullAsync(string subscription, int limit, CancellationToken cancellationToken) =>
        ReadAsync(
            $"""
            UPDATE local_pubsub.deliveries d SET due = $1 + s.ack_deadline, attempts = attempts + 1 FROM local_pubsub.subscriptions s
            WHERE s.name = d.subscription AND d.id IN (
                SELECT id FROM local_pubsub.deliveries WHERE subscription = $3 AND NOT leased AND due <= $1
                ORDER BY due, id LIMIT $2 FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """,
            [clock.GetUtcNow(), limit, subscription],
            cancellationToken);

    /// <summary>The oldest messages of a subscription, which wait on.</summary>
    public Task<List<Delivery>> PeekAsync(string subscription, int limit, CancellationToken cancellationToken) =>
        ReadAsync($"SELECT {Columns} FROM local_pubsub.deliveries d JOIN local_pubsub.subscriptions s ON s.name = d.subscription WHERE d.subscription = $2 ORDER BY d.id LIMIT $1", [limit, subscription], cancellationToken);

    /// <summary>Every subscription, by name.</summary>
    public async Task<IReadOnlyList<QueueState>> StatesAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            SELECT s.name, s.push_endpoint, count(d.id), coalesce(max(d.attempts), 0), min(d.published)
            FROM local_pubsub.subscriptions s LEFT JOIN local_pubsub.deliveries d ON d.subscription = s.name
            GROUP BY s.name ORDER BY s.name
            """, []);
        var states = new List<QueueState>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            states.Add(new(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetInt64(2), reader.GetInt32(3), reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4)));
        return states;
    }

    public Task AcknowledgeAsync(long id, CancellationToken cancellationToken) =>
        ExecuteAsync($"DELETE FROM local_pubsub.deliveries WHERE id = $1 AND {Fast}", [id], cancellationToken);

    /// <summary>Puts a message back, to be delivered again in a while.</summary>
    public async Task PutBackAsync(long id, TimeSpan wait, CancellationToken cancellationToken)
    {
        var sql = $"UPDATE local_pubsub.deliveries SET leased = false, due = $2 WHERE id = $1 AND {Fast}";
        await ExecuteAsync(sql, [id, clock.GetUtcNow() + wait], cancellationToken);
        Wake();
    }

    /// <summary>
    /// Moves a message that was tried often enough to its dead-letter topic, with the attributes by which Google tells where it came from.
    /// </summary>
    public async Task BuryAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var source = delivery.Subscription.Name.Split('/');
        var attributes = new Dictionary<string, string>(delivery.Message.Attributes)
        {
            ["CloudPubSubDeadLetterSourceDeliveryCount"] = $"{delivery.Attempt}",
            ["CloudPubSubDeadLetterSourceSubscription"] = source[3],
            ["CloudPubSubDeadLetterSourceSubscriptionProject"] = source[1],
            ["CloudPubSubDeadLetterSourceTopicPublishTime"] = $"{delivery.Published.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff+00:00}",
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var delete = With(new NpgsqlCommand("DELETE FROM local_pubsub.deliveries WHERE id = $1", connection), [delivery.Id]);
        await delete.ExecuteNonQueryAsync(cancellationToken);
        var letter = delivery.Message with { Attributes = attributes };
        await PublishAsync(connection, delivery.Subscription.DeadLetterTopic!, [letter], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Wake();
    }

    /// <summary>Messages that are to be pushed and not acknowledged yet.</summary>
    public async Task<long> PendingAsync(CancellationToken cancellationToken)
    {
        await using var command = Command($"SELECT count(*) FROM {Pushed}", []);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Says that there may be something to push.</summary>
    public void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>Waits until <see cref="Wake"/> was called since the last wait, or the next message is due.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await using var command = Command($"SELECT min(due) FROM {Pushed} AND NOT leased", []);
        var due = await command.ExecuteScalarAsync(cancellationToken) as DateTime?;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wait = due is null ? Timeout.InfiniteTimeSpan : due.Value - clock.GetUtcNow().UtcDateTime;
        if (due is not null && wait <= TimeSpan.Zero) return;

        var woken = _signal.Reader.ReadAsync(limit.Token).AsTask();
        await Task.WhenAny(woken, Task.Delay(wait, clock, limit.Token));
        await limit.CancelAsync();
    }

    private async Task<List<Delivery>> ReadAsync(string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var deliveries = new List<Delivery>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var attributes = reader.GetFieldValue<string[]>(3).Zip(reader.GetFieldValue<string[]>(4))
                .ToDictionary(pair => pair.First, pair => pair.Second);
            var message = new OutgoingMessage(reader.GetFieldValue<byte[]>(2), attributes, reader.IsDBNull(5) ? null : reader.GetString(5));
            var published = reader.GetFieldValue<DateTimeOffset>(6);
            deliveries.Add(new(reader.GetInt64(0), ReadSubscription(reader, 8), reader.GetInt64(1), message, published, reader.GetInt32(7)));
        }

        return deliveries;
    }

    private static Subscription ReadSubscription(NpgsqlDataReader reader, int first) =>
        new(reader.GetString(first), reader.GetString(first + 1))
        {
            PushEndpoint = reader.IsDBNull(first + 2) ? null : reader.GetString(first + 2),
            AckDeadline = reader.GetTimeSpan(first + 3),
            MinimumBackoff = reader.GetTimeSpan(first + 4),
            MaximumBackoff = reader.GetTimeSpan(first + 5),
            DeadLetterTopic = reader.IsDBNull(first + 6) ? null : reader.GetString(first + 6),
            MaxDeliveryAttempts = reader.GetInt32(first + 7),
        };

    private async Task<int> ExecuteAsync(string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(string sql, object?[] values) => With(database.CreateCommand(sql), values);

    private static NpgsqlCommand With(NpgsqlCommand command, object?[] values)
    {
        foreach (var value in values) command.Parameters.Add(new() { Value = value ?? DBNull.Value });

        return command;
    }
}

namespace Landfall.Local.PubSub;

internal static class MessageQueueSchema
{
    /// <summary>
    /// A delivery is a message in one subscription's queue, from its publication to its acknowledgement. <c>leased</c> is true while this process
    /// pushes
    /// it. Only one process serves a home, so whatever is leased at start was held by one that was killed, and is free at once.
    /// </summary>
    public const string Sql = """
        CREATE SCHEMA IF NOT EXISTS local_pubsub;
        CREATE SEQUENCE IF NOT EXISTS local_pubsub.message_ids;
        CREATE TABLE IF NOT EXISTS local_pubsub.topics (name text PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS local_pubsub.subscriptions (
            name text PRIMARY KEY,
            topic text NOT NULL,
            push_endpoint text,
            ack_deadline interval NOT NULL,
            minimum_backoff interval NOT NULL,
            maximum_backoff interval NOT NULL,
            dead_letter_topic text,
            max_delivery_attempts integer NOT NULL);
        CREATE TABLE IF NOT EXISTS local_pubsub.deliveries (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            subscription text NOT NULL REFERENCES local_pubsub.subscriptions ON DELETE CASCADE,
            message_id bigint NOT NULL,
            data bytea NOT NULL,
            attribute_names text[] NOT NULL,
            attribute_values text[] NOT NULL,
            ordering_key text,
            published timestamptz NOT NULL,
            attempts integer NOT NULL DEFAULT 0,
            due timestamptz NOT NULL,
            leased boolean NOT NULL DEFAULT false);
        CREATE INDEX IF NOT EXISTS deliveries_due ON local_pubsub.deliveries (due) WHERE NOT leased;
        UPDATE local_pubsub.deliveries SET leased = false, due = least(due, now()) WHERE leased;
        """;
}

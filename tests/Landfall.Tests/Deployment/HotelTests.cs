using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Deployment;

/// <summary>The hotel company's blueprint: the picture and the Terraform name the same, and no room is booked twice.</summary>
public sealed class HotelTests
{
    /// <summary>What stands in the picture when it stands in the files: what guests meet, and what holds or carries their data. The rest is how these are joined.</summary>
    private static readonly string[] Drawn =
    [
        "google_compute_global_forwarding_rule", "google_compute_backend_bucket", "google_storage_bucket", "google_cloud_run_v2_service", "google_firestore_database",
        "google_discovery_engine_data_store", "google_sql_database_instance", "google_pubsub_topic", "google_identity_platform_config", "google_bigquery_dataset", "google_monitoring_slo",
    ];

    private static readonly Dictionary<string, string> Files = Directory.EnumerateFiles(Repository.Path("terraform/hotel"), "*.tf").ToDictionary(file => Path.GetFileName(file), File.ReadAllText);

    [Fact]
    public void The_picture_and_the_Terraform_name_the_same_components()
    {
        var picture = File.ReadAllText(Repository.Path("terraform/hotel/architecture.dot"));
        var drawn = Regex.Matches(picture, "\\bterraform=\"((?:[^\"\\\\]|\\\\.)+)\"").Select(match => match.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal)).Where(address => address != "none").Distinct().ToList();
        drawn.ShouldNotBeEmpty();
        var blocks = TerraformBlock.Read(Files).ToList();

        drawn.Where(address => !blocks.Exists(block => block.Address == address.Split('[')[0])).ShouldBeEmpty("what is drawn is built");
        foreach (var address in drawn.Where(address => address.Contains('[', StringComparison.Ordinal)))
            string.Concat(Files.Values).ShouldContain(Regex.Match(address, "\\[\"(.+)\"\\]").Groups[1].Value, Case.Sensitive, address);
        var built = blocks.Where(block => Drawn.Contains(block.Type)).SelectMany(block => Instances(block)).Distinct().ToList();
        built.Except(drawn).ShouldBeEmpty("what is built is drawn");
    }

    [Fact]
    public void Every_service_of_the_brief_is_there() =>
        Regex.Matches(Files["variables.tf"], @"^\s+(\w+)\s+= \{ paths =", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Append("payments").ShouldBe(["web", "viewing", "search", "guest", "booking", "payments"]);

    [Fact]
    public async Task Two_thousand_bookings_at_once_of_ten_rooms_never_overlap()
    {
        const int Rooms = 10, Bookings = 2000, AtOnce = 40, Days = 60, Seed = 42;
        await using var database = await PostgresServer.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = AtOnce }.ConnectionString);
        await using (var schema = source.CreateCommand(await File.ReadAllTextAsync(Repository.Path("terraform/hotel/booking.sql")))) await schema.ExecuteNonQueryAsync();
        await using (var rooms = source.CreateCommand("INSERT INTO rooms (id, hotel_id, kind, number) SELECT n, 'h', 'double', n::text FROM generate_series(1, 10) n")) await rooms.ExecuteNonQueryAsync();

        var random = new Random(Seed);
        var wishes = Enumerable.Range(0, Bookings).Select(_ => (Room: random.Next(1, Rooms + 1), From: random.Next(Days), Nights: random.Next(1, 8))).ToList();
        var (held, refused) = (new ConcurrentBag<Guid>(), 0);
        await Parallel.ForEachAsync(wishes.Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (wish, cancellationToken) =>
        {
            try
            {
                await using var hold = source.CreateCommand("SELECT (hold_room($1, daterange(date '2026-07-01' + $2, date '2026-07-01' + $3), $4, 15)).id");
                foreach (var value in new object[] { (long)wish.Item.Room, wish.Item.From, wish.Item.From + wish.Item.Nights, $"wish-{wish.Index}" }) hold.Parameters.Add(new() { Value = value });
                held.Add((Guid)(await hold.ExecuteScalarAsync(cancellationToken))!);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.ExclusionViolation)
            {
                Interlocked.Increment(ref refused);
            }
        });

        (held.Count + refused).ShouldBe(Bookings, $"seed {Seed}");
        held.Count.ShouldBeGreaterThan(Rooms * 5);
        refused.ShouldBeGreaterThan(Bookings / 2, "they were in each other's way");
        (await database.ScalarAsync<long>("SELECT count(*) FROM bookings WHERE state <> 'cancelled'")).ShouldBe(held.Count);
        (await database.ScalarAsync<long>("SELECT count(*) FROM bookings a JOIN bookings b ON a.room_id = b.room_id AND a.id < b.id AND a.stay && b.stay WHERE a.state <> 'cancelled' AND b.state <> 'cancelled'")).ShouldBe(0);
    }

    private static IEnumerable<string> Instances(TerraformBlock block) => (block.Type, block.Name) switch
    {
        ("google_cloud_run_v2_service", "service") => Regex.Matches(Files["variables.tf"], @"^\s+(\w+)\s+= \{ paths =", RegexOptions.Multiline).Select(match => $"{block.Address}[\"{match.Groups[1].Value}\"]"),
        ("google_pubsub_topic", "topic") => Regex.Matches(Regex.Match(Files["messaging.tf"], @"topics = \[([^\]]+)\]").Groups[1].Value, "\"([^\"]+)\"").Select(match => $"{block.Address}[\"{match.Groups[1].Value}\"]"),
        // Payments' own address is drawn as part of payments.
        ("google_compute_global_forwarding_rule", "payments") => [],
        _ => [block.Address],
    };
}

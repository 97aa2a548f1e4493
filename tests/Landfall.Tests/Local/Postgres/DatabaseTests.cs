using Shouldly;
using Xunit;

namespace Landfall.Tests.Local.Postgres;

public sealed class DatabaseTests(Database database) : IClassFixture<Database>
{
    [Fact]
    public async Task A_test_class_has_a_database_of_its_own_with_checksums_and_UTF8()
    {
        await database.ExecuteAsync("CREATE TABLE mine (word text)");
        await using var other = await PostgresServer.CreateDatabaseAsync();

        (await other.ScalarAsync<bool>("SELECT to_regclass('mine') IS NULL")).ShouldBeTrue();
        (await database.ScalarAsync<string>("SHOW data_checksums")).ShouldBe("on");
        (await database.ScalarAsync<string>("SHOW fsync")).ShouldBe("off");
        (await database.ScalarAsync<string>("SELECT upper('ñandú')")).ShouldBe("ÑANDÚ");
    }
}

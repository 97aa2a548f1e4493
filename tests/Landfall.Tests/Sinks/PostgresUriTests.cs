using Landfall.Sinks.Postgres;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Sinks;

/// <summary>Addresses of Postgres as libpq takes them; what can not be read is refused without a word of it being repeated.</summary>
public sealed class PostgresUriTests
{
    [Theory]
    [InlineData("postgresql://me:p%40ss@db.example:6432/work?sslmode=verify-full", "db.example", 6432, "me", "p@ss", "work")]
    [InlineData("postgres://db/work", "db", 5432, null, null, "work")]
    [InlineData("postgresql://", "localhost", 5432, null, null, null)]
    [InlineData("postgresql:///work", "localhost", 5432, null, null, "work")]
    [InlineData("postgresql://me@/work", "localhost", 5432, "me", null, "work")]
    [InlineData("postgresql://me:@db:/work", "db", 5432, "me", "", "work")]
    [InlineData("postgresql://me:a:b@db/work", "db", 5432, "me", "a:b", "work")]
    [InlineData("postgresql://me:%2F%3F%23%25%3B%3D'\"@db/work", "db", 5432, "me", "/?#%;='\"", "work")]
    [InlineData("postgresql://me@[::1]:6432/work", "::1", 6432, "me", null, "work")]
    [InlineData("postgresql://me@[2001:db8::1]/work", "2001:db8::1", 5432, "me", null, "work")]
    [InlineData("postgresql://me@%2Frun%2Fpostgresql/work", "/run/postgresql", 5432, "me", null, "work")]
    [InlineData("postgresql:///work?host=/run/postgresql&user=me&password=p%26w", "/run/postgresql", 5432, "me", "p&w", "work")]
    [InlineData("postgresql://db?dbname=work&user=sa@project.iam", "db", 5432, "sa@project.iam", null, "work")]
    [InlineData("postgresql://me@a:1,b:2,[::1]:3/work", "a:1,b:2,[::1]:3", 5432, "me", null, "work")]
    [InlineData("postgresql://me@a,b/work?target_session_attrs=read-write", "a:5432,b:5432", 5432, "me", null, "work")]
    [InlineData("postgresql://me:p+w@db/a%20b", "db", 5432, "me", "p+w", "a b")]
    [InlineData("Host=db;Username=me;Password='a;b=c'", "db", 5432, "me", "a;b=c", null)]
    public void An_address_is_read_as_libpq_does(string text, string host, int port, string? user, string? password, string? database)
    {
        var read = PostgresUri.Parse(text);
        (read.Host, read.Port, read.Username, read.Password ?? (password == "" ? "" : null), read.Database).ShouldBe((host, port, user, password, database));
    }

    [Theory]
    [InlineData("postgresql://me:SECRET/SECRET@db/work")]
    [InlineData("postgresql://me:SECRET?SECRET@db/work")]
    [InlineData("postgresql://me:1?SECRET=SECRET@db/work")]
    [InlineData("postgresql://me:SECRET#SECRET@db/work")]
    [InlineData("postgresql://me:SECRET@SECRET@db/work")]
    [InlineData("postgresql://me:SECRET%zz@db/work")]
    [InlineData("postgresql://me:SECRET%@db/work")]
    [InlineData("postgresql://me:SECRET%00@db/work")]
    [InlineData("postgresql://me:SECRET@db:SECRET/work")]
    [InlineData("postgresql://me:SECRET@db:0/work")]
    [InlineData("postgresql://me:SECRET@db:0,db:1/work")]
    [InlineData("postgresql://me:SECRET@db:65536/work")]
    [InlineData("postgresql://me:SECRET@[::1/work")]
    [InlineData("postgresql://me:SECRET@db/work?SECRET")]
    [InlineData("postgresql://me:SECRET@db/work?SECRET=1")]
    [InlineData("postgresql://me:SECRET@db/work?sslmode=SECRET")]
    [InlineData("postgresql://me:SECRET@db/work?port=SECRET")]
    [InlineData("Host=db;Username=me;Password=a;SECRET=b")]
    [InlineData("Host=db;Username=me;Password=a;SECRET")]
    [InlineData("Host=db;Port=SECRET")]
    [InlineData("SECRET")]
    [InlineData("mysql://me:SECRET@db/work")]
    public void What_can_not_be_read_is_not_repeated(string text)
    {
        var fault = Should.Throw<FormatException>(() => PostgresUri.Parse(text));
        fault.ToString().ShouldNotContain("SECRET");
        fault.Message.ShouldContain("postgresql://user:password@host:port/database");
    }

    /// <summary>libpq refuses it, too ("invalid percent-encoded token"); a password that was copied in as it is says how it is written.</summary>
    [Theory]
    [InlineData("SECRET%zz")]
    [InlineData("SECRET%")]
    [InlineData("SECRET%4")]
    [InlineData("%%SECRET")]
    public void A_percent_sign_that_begins_no_escape_says_how_it_is_written(string password)
    {
        var fault = Should.Throw<FormatException>(() => PostgresUri.Parse($"postgresql://me:{password}@db/work")).Message;
        fault.ShouldContain("as part of a password it is %25");
        fault.ShouldNotContain("SECRET");
        PostgresUri.Parse($"postgresql://me:{password.Replace("%", "%25", StringComparison.Ordinal)}@db/work").Password.ShouldBe(password);
    }

    [Theory]
    [InlineData("a:1,b:2,[::1]:3", "a:1,b:2,[::1]:3", "a:1,b:2,[::1]:3")]
    [InlineData("a,b:2", "a:6432,b:2", "a:6432,b:2")]
    [InlineData("::1", "[::1]:6432", "::1")]
    [InlineData("[::1]", "[::1]:6432", "::1")]
    [InlineData("fe80::1%eth0", "[fe80::1%25eth0]:6432", "fe80::1%eth0")]
    [InlineData("/run/a:b", "%2Frun%2Fa%3Ab:6432", "/run/a:b")]
    public void Hosts_are_written_as_they_are_read(string host, string written, string read)
    {
        var uri = PostgresUri.Format(new() { Host = host, Port = 6432, Username = "me", Database = "work" });
        uri.ShouldBe($"postgresql://me@{written}/work");
        PostgresUri.Parse(uri).Host.ShouldBe(read);
    }

    /// <summary>Whatever a name or a password holds, the address that is written of it is read as it was.</summary>
    [Fact]
    public void What_is_written_is_read_again()
    {
        foreach (var text in (string[])["a", "p@ss", "/?#[]@!$&'()*+,;=%", "%2F", " ", "é\u202E😀", "\"'\\", ":"])
        {
            var builder = new Npgsql.NpgsqlConnectionStringBuilder { Host = "db", Port = 1, Username = text, Password = text, Database = text };
            var read = PostgresUri.Parse(PostgresUri.Format(builder));
            (read.Username, read.Password, read.Database, read.Host, read.Port).ShouldBe((text, text, text, "db", 1));
        }
    }
}

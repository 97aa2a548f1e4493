using System.Text.Json;
using Landfall.Hosting;
using Npgsql;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Hosting;

/// <summary>Whatever an exception quotes of a row, the log does not.</summary>
public sealed class ExceptionTextTests(Database database) : IClassFixture<Database>
{
    private readonly string _marker = $"MARKER-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("SELECT '{0}'::int", "22P02: invalid text representation")]
    [InlineData("CREATE TEMP TABLE a (id text PRIMARY KEY); INSERT INTO a VALUES ('{0}'), ('{0}')", "23505: unique violation")]
    [InlineData("CREATE TEMP TABLE b (id text CHECK (id = '')); INSERT INTO b VALUES ('{0}')", "23514: check violation")]
    [InlineData("DO $$ BEGIN RAISE EXCEPTION 'no {0}' USING DETAIL = 'detail {0}', HINT = 'hint {0}'; END $$", "P0001: raised by a function")]
    [InlineData("SELECT \"{0}\"", "42703: syntax error or access rule violation")]
    public async Task Of_an_error_of_Postgres_it_has_the_state_and_the_condition(string sql, string words)
    {
        // As whoever looks for a fault might set it: the driver then shows details, too.
        await using var open = NpgsqlDataSource.Create($"{database.ConnectionString};Include Error Detail=true");
        await using var command = open.CreateCommand(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, _marker));
        var thrown = await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        thrown.ToString().ShouldContain(_marker, Case.Sensitive, "there is nothing to hide");

        foreach (var exception in (Exception[])[thrown, new InvalidOperationException($"it broke: {thrown.MessageText} ({thrown.Detail})", thrown), new AggregateException(thrown, thrown), new NpgsqlException(thrown.Message, thrown)])
        {
            var text = ExceptionText.Of(exception);
            text.ShouldNotContain(_marker);
            text.ShouldContain($"Npgsql.PostgresException (SQLSTATE {words})");
            text.ShouldContain("at Npgsql.");
            text.ShouldStartWith(exception.GetType().FullName!);
        }
    }

    [Fact]
    public void Of_parsers_it_has_the_type_and_the_stack()
    {
        Action[] parsers =
        [
            () => _ = int.Parse(_marker), () => _ = DateTime.Parse(_marker), () => _ = Guid.Parse(_marker), () => JsonDocument.Parse($"{{\"{_marker}\":{_marker}}}"), () => _ = new Dictionary<string, int>()[_marker],
            () => new System.Xml.XmlDocument().LoadXml($"<{_marker}></x>"), () => throw new ArgumentOutOfRangeException("x", _marker, "no"),
        ];
        foreach (var parser in parsers)
        {
            var thrown = Should.Throw<Exception>(parser);
            ExceptionText.Of(new InvalidOperationException(thrown.Message, thrown)).ShouldNotContain(_marker);
            ExceptionText.Of(thrown).ShouldStartWith(thrown.GetType().FullName!);
            ExceptionText.Of(thrown).ShouldContain("   at ");
        }
    }

    [Fact]
    public void An_error_without_words_hides_nothing_else() =>
        ExceptionText.Of(new InvalidOperationException("outer and a", new AggregateException(new KeyNotFoundException(""), new KeyNotFoundException("a")))).ShouldStartWith("System.InvalidOperationException: outer and a");

    [Fact]
    public void Our_own_words_stay() =>
        ExceptionText.Of(new InvalidOperationException("outer", new FormatException("LANDFALL_PORT is no number"))).ShouldBe(
            $"System.InvalidOperationException: outer{Environment.NewLine} ---> System.FormatException: LANDFALL_PORT is no number{Environment.NewLine}   --- End of inner exception stack trace ---");
}

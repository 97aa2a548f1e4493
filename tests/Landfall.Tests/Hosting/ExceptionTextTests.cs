using System.Net;
using System.Text.Json;
using Google;
using Landfall.Cloud;
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
    [InlineData("SELECT '{0}'::int", "22P02: invalid text representation)")]
    [InlineData("CREATE TEMP TABLE a (id text PRIMARY KEY); INSERT INTO a VALUES ('{0}'), ('{0}')", "23505: unique violation, table pg_temp", ".a, constraint a_pkey)")]
    [InlineData("CREATE TEMP TABLE b (id text CHECK (id = '')); INSERT INTO b VALUES ('{0}')", "23514: check violation, table pg_temp", ".b, constraint b_id_check)")]
    [InlineData("CREATE TEMP TABLE c (id text, word int NOT NULL); INSERT INTO c VALUES ('{0}')", "23502: not null violation, table pg_temp", ".c, column word)")]
    [InlineData("DO $$ BEGIN RAISE EXCEPTION 'no {0}' USING DETAIL = 'detail {0}', HINT = 'hint {0}'; END $$", "P0001: raised by a function)")]
    [InlineData("SELECT \"{0}\"", "42703: column missing)")]
    [InlineData("SELECT FROM \"{0}\"", "42P01: table missing)")]
    [InlineData("SELECT FROM \"{0}\".a", "42P01: table missing)")]
    [InlineData("SET ROLE \"{0}\"", "22023: data exception)")]
    public async Task Of_an_error_of_Postgres_it_has_the_state_its_meaning_and_the_place(string sql, string words, string place = "")
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
            text.ShouldContain($"Npgsql.PostgresException (SQLSTATE {words}");
            text.ShouldContain(place);
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
            () => new Dictionary<string, int> { [_marker] = 1 }.Add(_marker, 2), () => Enum.Parse<DayOfWeek>(_marker), () => Newtonsoft.Json.Linq.JToken.Parse($"{{\"{_marker}\":{_marker}}}"),
            () => throw new GoogleApiException("bigquery", $"Could not parse '{_marker}' as INT64"),
            () => throw new BigQueryException("invalidQuery", $"BigQuery failed job j with invalidQuery: Could not parse '{_marker}' as INT64", 400),
        ];
        foreach (var parser in parsers)
        {
            var thrown = Should.Throw<Exception>(parser);
            ExceptionText.Of(new InvalidOperationException(thrown.Message, thrown)).ShouldNotContain(_marker);
            ExceptionText.Of(thrown).ShouldStartWith(thrown.GetType().FullName!);
            ExceptionText.Of(thrown).ShouldContain("   at ");
        }
    }

    /// <summary>Where, whose and of which kind it is: what whoever mends it needs, and no value.</summary>
    [Fact]
    public void What_is_no_value_is_told()
    {
        (string Words, Exception Exception)[] told =
        [
            ("Landfall.Cloud.BigQueryException (invalid, job j1)", new BigQueryException("invalid", "Could not parse 'abc' as INT64", 0) { Job = "j1" }),
            ("Landfall.Cloud.BigQueryException: BigQuery answered with 404 notFound: Not found: Table p:d.t", new BigQueryException("notFound", "BigQuery answered with 404 notFound: Not found: Table p:d.t", 404)),
            ("Google.GoogleApiException (403 Forbidden)", new GoogleApiException("storage", "abc") { HttpStatusCode = HttpStatusCode.Forbidden }),
            ("System.ArgumentOutOfRangeException (parameter page)", new ArgumentOutOfRangeException("page", "abc", "no")),
            ("System.ArgumentException: It names no run. (Parameter 'message')", new ArgumentException("It names no run.", "message")),
            ("System.Collections.Generic.KeyNotFoundException: There is no contract 'people'", new KeyNotFoundException("There is no contract 'people'")),
            ("System.Text.Json.JsonReaderException (line 2, byte 3)", Should.Throw<JsonException>(() => JsonDocument.Parse("[\n1 abc]"))),
            ("Newtonsoft.Json.JsonReaderException (line 2, character ", Should.Throw<Newtonsoft.Json.JsonException>(() => Newtonsoft.Json.Linq.JToken.Parse("[\n1 abc]"))),
            ("System.Xml.XmlException (line 1, character ", Should.Throw<System.Xml.XmlException>(() => new System.Xml.XmlDocument().LoadXml("<abc></x>"))),
        ];
        foreach (var (words, exception) in told)
        {
            ExceptionText.Of(exception).ShouldStartWith(words);
            ExceptionText.Of(exception).ShouldNotContain("abc");
        }
    }

    [Theory]
    [InlineData("42501", "no permission")]
    [InlineData("3D000", "database missing")]
    [InlineData("3F000", "schema missing")]
    [InlineData("28P01", "wrong password")]
    [InlineData("53300", "too many connections")]
    [InlineData("40001", "another transaction came first")]
    [InlineData("40P01", "deadlock detected")]
    [InlineData("55P03", "lock not to be had in time")]
    [InlineData("57014", "query cancelled, by a time limit or a person")]
    [InlineData("22003", "data exception")]
    public void A_state_is_told_in_words(string state, string words) =>
        ExceptionText.Of(new PostgresException("abc", "ERROR", "ERROR", state)).ShouldBe($"Npgsql.PostgresException (SQLSTATE {state}: {words})");

    [Fact]
    public void An_error_without_words_hides_nothing_else() =>
        ExceptionText.Of(new InvalidOperationException("outer and a", new AggregateException(new JsonException(""), new JsonException("a")))).ShouldStartWith("System.InvalidOperationException: outer and a");

    [Fact]
    public void Our_own_words_stay() =>
        ExceptionText.Of(new InvalidOperationException("outer", new FormatException("LANDFALL_PORT is no number"))).ShouldBe(
            $"System.InvalidOperationException: outer{Environment.NewLine} ---> System.FormatException: LANDFALL_PORT is no number{Environment.NewLine}   --- End of inner exception stack trace ---");
}

using System.Text;
using System.Text.Json;
using System.Xml;
using Google;
using Landfall.Cloud;
using Landfall.Sinks.Postgres;
using Npgsql;

namespace Landfall.Hosting;

/// <summary>
/// An exception as a log shows it: like <see cref="Exception.ToString"/>, but without what may quote a row. It stands below a line of the log, whose own
/// words may be another exception's message. Of what quotes values (errors of Postgres, BigQuery and Google's libraries, of parsers and of .NET's collections) it has, behind the type, what is no value: a SQLSTATE and what it means,
/// names of tables and columns, a reason, a parameter, a place.
/// </summary>
internal static class ExceptionText
{
    private const string Hidden = "…";

    private const int Shortest = 4;

    public static string Of(Exception exception)
    {
        var quoting = new List<string>();
        Gather(exception, quoting);
        // What is as short says nothing, and would be found everywhere.
        quoting.RemoveAll(quoted => quoted.Length < Shortest);
        // The longest first: one may be a part of another.
        quoting.Sort((a, b) => b.Length.CompareTo(a.Length));
        var text = new StringBuilder();
        Write(text, exception, quoting);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Exception exception, List<string> quoting)
    {
        text.Append(exception.GetType().FullName);
        if (Quotes(exception)) text.Append(Harmless(exception));
        else text.Append(": ").Append(quoting.Aggregate(exception.Message, (message, quoted) => message.Replace(quoted, Hidden, StringComparison.Ordinal)));
        foreach (var inner in Inner(exception))
        {
            text.AppendLine().Append(" ---> ");
            Write(text, inner, quoting);
            text.AppendLine().Append("   --- End of inner exception stack trace ---");
        }
        if (exception.StackTrace is { } stack) text.AppendLine().Append(stack);
    }

    /// <summary>Messages that others may have taken into theirs.</summary>
    private static void Gather(Exception exception, List<string> quoting)
    {
        if (Quotes(exception)) quoting.Add(exception.Message);
        if (exception is PostgresException postgres) quoting.AddRange(((string?[])[postgres.MessageText, postgres.Detail, postgres.Hint, postgres.Where, postgres.InternalQuery]).OfType<string>().Where(part => part.Length > 0));
        foreach (var inner in Inner(exception)) Gather(inner, quoting);
    }

    private static Exception[] Inner(Exception exception) =>
        exception is AggregateException several ? [.. several.InnerExceptions] : exception.InnerException is { } inner ? [inner] : [];

    private static bool Quotes(Exception exception) => exception switch
    {
        PostgresException or GoogleApiException or BigQueryException { QuotesValues: true } => true,
        JsonException or Newtonsoft.Json.JsonException or XmlException or ArgumentOutOfRangeException => true,
        // .NET's own begin like these; those of settings and contracts are ours, and say what is wrong.
        FormatException => Begins(exception, "The input string '", "The string '", "String '"),
        KeyNotFoundException => Begins(exception, "The given key '"),
        ArgumentException => Begins(exception, "An item with the same key", "An element with the same key", "Requested value '"),
        _ => false,
    };

    private static bool Begins(Exception exception, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (exception.Message.StartsWith(word, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    private static string Harmless(Exception exception) => exception switch
    {
        PostgresException e => $" (SQLSTATE {e.SqlState}: {Condition(e.SqlState)}{PostgresFaults.Place(e)})",
        BigQueryException e => $" ({e.Reason}{(e.Status == 0 ? "" : $", {e.Status}")}{(e.Job is null ? "" : $", job {e.Job}")})",
        GoogleApiException e => $" ({(int)e.HttpStatusCode} {e.HttpStatusCode})",
        XmlException { LineNumber: > 0 } e => $" (line {e.LineNumber}, character {e.LinePosition})",
        ArgumentException { ParamName: { Length: > 0 } name } => $" (parameter {name})",
        _ => JsonFault.Place(exception),
    };

    /// <summary>What a SQLSTATE means, or at least its class: PostgreSQL documentation, appendix A.</summary>
    private static string Condition(string state) => state switch
    {
        PostgresErrorCodes.UniqueViolation => "unique violation",
        PostgresErrorCodes.ForeignKeyViolation => "foreign key violation",
        PostgresErrorCodes.NotNullViolation => "not null violation",
        PostgresErrorCodes.CheckViolation => "check violation",
        PostgresErrorCodes.InvalidTextRepresentation => "invalid text representation",
        PostgresErrorCodes.InsufficientPrivilege => "no permission",
        PostgresErrorCodes.UndefinedTable => "table missing",
        PostgresErrorCodes.UndefinedColumn => "column missing",
        PostgresErrorCodes.UndefinedFunction => "function missing",
        PostgresErrorCodes.InvalidSchemaName => "schema missing",
        PostgresErrorCodes.InvalidCatalogName => "database missing",
        PostgresErrorCodes.InvalidPassword => "wrong password",
        PostgresErrorCodes.InvalidAuthorizationSpecification => "user may not connect",
        PostgresErrorCodes.SerializationFailure => "another transaction came first",
        PostgresErrorCodes.DeadlockDetected => "deadlock detected",
        PostgresErrorCodes.LockNotAvailable => "lock not to be had in time",
        PostgresErrorCodes.QueryCanceled => "query cancelled, by a time limit or a person",
        PostgresErrorCodes.AdminShutdown => "server is shutting down",
        PostgresErrorCodes.CannotConnectNow => "server is starting or shutting down",
        PostgresErrorCodes.TooManyConnections => "too many connections",
        PostgresErrorCodes.DiskFull => "disk full",
        PostgresErrorCodes.OutOfMemory => "out of memory",
        PostgresErrorCodes.ReadOnlySqlTransaction => "read-only transaction",
        _ => state[..Math.Min(2, state.Length)] switch
        {
            "08" => "connection exception",
            "22" => "data exception",
            "23" => "integrity constraint violation",
            "25" => "invalid transaction state",
            "28" => "invalid authorization",
            "2B" or "2D" or "40" => "transaction rolled back",
            "3D" or "3F" => "invalid catalog or schema name",
            "42" => "syntax error or access rule violation",
            "53" => "insufficient resources",
            "54" => "program limit exceeded",
            "55" => "object not in the state that is needed",
            "57" => "operator intervention",
            "58" => "system error",
            "P0" => "raised by a function",
            "XX" => "internal error",
            _ => "other",
        },
    };
}

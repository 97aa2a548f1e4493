using System.Text;
using System.Text.Json;
using System.Xml;
using Npgsql;

namespace Landfall.Hosting;

/// <summary>
/// An exception as a log shows it: like <see cref="Exception.ToString"/>, but without what may quote a row. It stands below a line of the log, whose own
/// words may be another exception's message. Of Postgres' errors, whose messages and details quote values, it has the SQLSTATE and its condition; of the errors of .NET's parsers nothing but their type.
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
        if (exception is PostgresException { SqlState: var state }) text.Append($" (SQLSTATE {state}: {Condition(state)})");
        else if (!Quotes(exception)) text.Append(": ").Append(quoting.Aggregate(exception.Message, (message, quoted) => message.Replace(quoted, Hidden, StringComparison.Ordinal)));
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
        PostgresException or JsonException or XmlException or KeyNotFoundException or ArgumentOutOfRangeException => true,
        // .NET's own begin like this; those of settings and contracts are ours, and say what is wrong.
        FormatException e => e.Message.StartsWith("The input string '", StringComparison.Ordinal) || e.Message.StartsWith("The string '", StringComparison.Ordinal) || e.Message.StartsWith("String '", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>What a SQLSTATE's class means: PostgreSQL documentation, appendix A.</summary>
    private static string Condition(string state) => state switch
    {
        PostgresErrorCodes.UniqueViolation => "unique violation",
        PostgresErrorCodes.ForeignKeyViolation => "foreign key violation",
        PostgresErrorCodes.NotNullViolation => "not null violation",
        PostgresErrorCodes.CheckViolation => "check violation",
        PostgresErrorCodes.InvalidTextRepresentation => "invalid text representation",
        PostgresErrorCodes.DeadlockDetected => "deadlock detected",
        PostgresErrorCodes.QueryCanceled => "query cancelled",
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

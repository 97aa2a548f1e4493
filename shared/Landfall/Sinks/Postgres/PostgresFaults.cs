using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>
/// Which verdict an error of Postgres is, by its SQLSTATE (PostgreSQL documentation, appendix A). Never by its text, and never with it: the server's
/// messages and details quote values.
/// </summary>
internal static class PostgresFaults
{
    /// <summary>The verdict; null for what is no error of Postgres.</summary>
    public static LandingException? Classify(Exception exception) => exception switch
    {
        PostgresException e when e.SqlState[..2] is "22" or "54" => new RejectException(
            $"Postgres can not keep a value of the file (SQLSTATE {e.SqlState}{Place(e)})", "look for a value of extraordinary size or form", rule: "postgres"),
        PostgresException { SqlState: PostgresErrorCodes.CheckViolation or PostgresErrorCodes.ExclusionViolation } e => new RejectException(
            $"Postgres refuses a row by a constraint of the table that the contract does not have (SQLSTATE {e.SqlState}{Place(e)})", "keep the rule, or drop the constraint; a rule of the contract would reject the row alone", rule: "postgres"),
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => new RetryException("another landing of the contract, or a lock on its table, is in the way"),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e => new RetryException(
            $"Postgres does not let this program do it (SQLSTATE {e.SqlState}{Place(e)})", "a table that is not made yet, or not changed yet, Reconcile makes within a quarter of an hour; else grant the right to the user of LANDFALL_POSTGRES"),
        PostgresException e => new RetryException($"Postgres answered SQLSTATE {e.SqlState}{Place(e)}"),
        PostgresMissingException e => new RetryException(e.Message),
        NpgsqlException e => new RetryException($"Postgres does not answer ({e.InnerException?.GetType().Name ?? e.GetType().Name})", "is the server of LANDFALL_POSTGRES up, and may this program reach it?"),
        _ => null,
    };

    /// <summary>Whether something that was made at the start is gone, and must be made again.</summary>
    public static bool IsMissing(Exception exception) =>
        exception is PostgresMissingException or PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn };

    /// <summary>Whether two rows, or two landings, wanted one key: what staging with care sorts out.</summary>
    public static bool IsCollision(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected };

    /// <summary>What it names of the database, which is never a value: <c>, table …, column …, constraint …</c>; empty for nothing.</summary>
    public static string Place(PostgresException e) =>
        string.Concat(e.TableName is null ? "" : $", table {e.SchemaName}.{e.TableName}", e.ColumnName is null ? "" : $", column {e.ColumnName}", e.ConstraintName is null ? "" : $", constraint {e.ConstraintName}");
}

using System.Text.RegularExpressions;
using Npgsql;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>Postgres' errors in BigQuery's words.</summary>
internal static partial class PostgresFaults
{
    public static BigQueryFault Of(PostgresException e, Statement statement) => e.SqlState switch
    {
        "BQ001" => Invalid(e.MessageText),
        "BQ002" => BigQueryFault.NotSupported(e.MessageText),
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => Invalid(
            $"Transaction is aborted due to concurrent update against table {LocalCloud.Project}:{statement.Target}. Transaction ID: {Guid.NewGuid():N}"),
        PostgresErrorCodes.CardinalityViolation => Invalid(statement.Kind is "MERGE" or "UPDATE" && e.MessageText.Contains("second time", StringComparison.Ordinal)
            ? "UPDATE/MERGE must match at most one source row for each target row"
            : "Scalar subquery produced more than one element"),
        PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedTable => Invalid($"Unrecognized name: {Name(e)}"),
        PostgresErrorCodes.AmbiguousColumn or PostgresErrorCodes.AmbiguousAlias => Invalid($"Column name {Name(e)} is ambiguous"),
        PostgresErrorCodes.GroupingError when e.MessageText.StartsWith("column", StringComparison.Ordinal) =>
            Invalid($"An expression references column {Name(e)} which is neither grouped nor aggregated"),
        PostgresErrorCodes.NotNullViolation => Invalid($"Required field {e.ColumnName} cannot be null"),
        PostgresErrorCodes.DivisionByZero => Invalid("division by zero"),
        PostgresErrorCodes.InvalidTextRepresentation when BadValue().Match(e.MessageText) is { Success: true } bad =>
            Invalid($"Bad {TableSchema.FromPostgres(bad.Groups["type"].Value).ToLowerInvariant()} value: {bad.Groups["value"].Value}"),
        // Data that an expression can not take, or an answer can not hold.
        ['2', '2', ..] => Invalid(e.MessageText),
        // The server is out of memory, of connections, or about to stop: no fault of the query's.
        ['5', '3', ..] or ['5', '7', 'P', ..] => new BigQueryFault(503, "backendError", $"The local BigQuery's Postgres can not answer: {e.MessageText}"),
        ['5', '4', ..] => BigQueryFault.NotSupported($"A query this large ({e.MessageText})"),
        _ => BigQueryFault.NotSupported($"This statement ({e.MessageText})"),
    };

    private static BigQueryFault Invalid(string message) => new(400, "invalidQuery", message);

    /// <summary>The name in <c>column "x" does not exist</c>, <c>column t.x does not exist</c>, <c>missing FROM-clause entry for table "t"</c>.</summary>
    private static string Name(PostgresException e) => NameOf().Match(e.MessageText) is { Success: true } found ? found.Groups["name"].Value.Trim('"') : e.MessageText;

    [GeneratedRegex("(column|table|relation)( reference)? (?<name>\"[^\"]+\"|[^ ]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameOf();

    [GeneratedRegex("^invalid input syntax for type (?<type>[a-z ]+): \"(?<value>.*)\"$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BadValue();
}

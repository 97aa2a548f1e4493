using System.Text;
using System.Text.Json;
using Npgsql;

namespace Landfall.Rest.Reading;

/// <summary>How many rows a query's filters let through, whatever its page.</summary>
internal static class RowCounter
{
    public static async Task<long> CountAsync(RowQuery query, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = RowSql.Count(query, connection);
            var answer = await command.ExecuteScalarAsync(cancellationToken);
            return answer is long count ? count : Planned((string)answer!);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return 0;
        }
    }

    /// <summary>EXPLAIN's <c>[{"Plan":{"Plan Rows":…}}]</c>: the first is the whole plan's.</summary>
    private static long Planned(string plan)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(plan));
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("Plan Rows") && reader.Read()) return (long)reader.GetDouble();
        }
        return 0;
    }
}

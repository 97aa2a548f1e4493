using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>Connections as a landing needs them.</summary>
public static class PostgresConnections
{
    /// <param name="address">A URI or a connection string.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public static NpgsqlDataSource Open(string address)
    {
        var connection = PostgresUri.Parse(address);
        // A statement over a million rows takes what it takes; the event's own time limit cancels it.
        connection.CommandTimeout = 0;
        connection.ApplicationName ??= "landfall";
        // The server's details quote rows; they must not reach a log.
        connection.IncludeErrorDetail = false;
        // A block of a COPY must fit: past its buffer Npgsql sends what it is given in four pieces, and each of them wakes the server.
        connection.WriteBufferSize = Math.Max(connection.WriteBufferSize, PgCopyWriter.BlockSize * 2);
        var builder = new NpgsqlSlimDataSourceBuilder(connection.ConnectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        return builder.Build();
    }
}

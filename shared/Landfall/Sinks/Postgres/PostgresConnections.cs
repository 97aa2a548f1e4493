using System.Net;
using Landfall.Cloud;
using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>Connections as a landing needs them.</summary>
public static class PostgresConnections
{
    /// <summary>
    /// What the user of a service account is called in Cloud SQL, <c>name@project.iam</c>, and the scope of the token that is its password
    /// (https://cloud.google.com/sql/docs/postgres/iam-logins).
    /// </summary>
    private const string AccountSuffix = ".iam", LoginScope = "https://www.googleapis.com/auth/sqlservice.login";

    /// <param name="address">A URI or a connection string. A user <c>name@project.iam</c> without a password logs in with an access token of the program's own account.</param>
    /// <exception cref="FormatException">It is neither, or a token would travel to a server that has not shown who it is.</exception>
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
        if (string.IsNullOrEmpty(connection.Password) && connection.Username is { } user && user.EndsWith(AccountSuffix, StringComparison.Ordinal))
        {
            if (connection.SslMode is not (SslMode.VerifyCA or SslMode.VerifyFull) && !IsHere(connection.Host))
                throw new FormatException($"LANDFALL_POSTGRES names the account {user}, whose access token is its password; add SSL Mode=VerifyCA and Root Certificate=FILE, so that it is sent to no other server.");
            var tokens = new AccessTokens(new Uri("https://sqladmin.googleapis.com"), LoginScope);
            builder.UsePasswordProvider(_ => throw new NotSupportedException("connections are opened asynchronously"), (_, cancellationToken) => tokens.TokenAsync(cancellationToken));
        }
        return builder.Build();
    }

    /// <summary>A Unix socket, or a server of this machine.</summary>
    private static bool IsHere(string? host) => host is { Length: > 0 } && (host[0] == '/' || host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)));
}

using Npgsql;

namespace Landfall.Local.Postgres;

/// <summary>libpq's <c>postgresql://user:password@host:port/database?name=value</c>, which Npgsql does not read itself.</summary>
public static class PostgresUri
{
    /// <param name="text">A URI or a connection string of Npgsql's.</param>
    /// <exception cref="CannotStartException">It is neither.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            if (!text.StartsWith("postgres://", StringComparison.Ordinal) && !text.StartsWith("postgresql://", StringComparison.Ordinal))
            {
                return new NpgsqlConnectionStringBuilder(text);
            }

            var uri = new Uri(text);
            var user = uri.UserInfo.Split(':', 2);
            var builder = new NpgsqlConnectionStringBuilder
            {
                Host = uri.Host.Length > 0 ? Uri.UnescapeDataString(uri.Host) : "localhost",
                Port = uri.Port > 0 ? uri.Port : NpgsqlConnection.DefaultPort,
                Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
                Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
                Database = uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(uri.AbsolutePath[1..]) : null,
            };
            foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                var (name, value) = pair.Split('=', 2) is [var n, var v] ? (n, Uri.UnescapeDataString(v)) : (pair, "");
                builder[name switch { "sslmode" => "SSL Mode", "connect_timeout" => "Timeout", _ => name.Replace('_', ' ') }] =
                    name == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
            }

            return builder;
        }
        catch (Exception e) when (e is UriFormatException or ArgumentException or FormatException)
        {
            throw new CannotStartException(
                $"The Postgres address can not be read ({e.Message}). "
                + "Expected postgresql://user:password@host:port/database, or a connection string of Npgsql's.",
                e);
        }
    }

    /// <summary>The URI of the database that <paramref name="builder"/> connects to, over TCP.</summary>
    public static string Format(NpgsqlConnectionStringBuilder builder)
    {
        var password = builder.Password is { } secret ? ":" + Uri.EscapeDataString(secret) : "";
        var user = builder.Username is { } name ? $"{Uri.EscapeDataString(name)}{password}@" : "";
        var host = Uri.EscapeDataString(builder.Host ?? "localhost");
        return $"postgresql://{user}{host}:{builder.Port}/{Uri.EscapeDataString(builder.Database ?? "")}";
    }
}

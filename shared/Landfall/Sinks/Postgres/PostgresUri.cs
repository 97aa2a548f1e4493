using Npgsql;

namespace Landfall.Sinks.Postgres;

/// <summary>
/// libpq's <c>postgresql://user:password@host:port/database?name=value</c>, which Npgsql does not read itself: as libpq does
/// (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS), with an address in brackets, several hosts, and a socket's folder, <c>%2Frun</c>. Nothing that is said of an address
/// that can not be read repeats a part of it: where a password ends is what it is about.
/// </summary>
public static class PostgresUri
{
    /// <summary>libpq's words for what Npgsql calls otherwise.</summary>
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["user"] = "Username", ["dbname"] = "Database", ["sslmode"] = "SSL Mode", ["sslcert"] = "SSL Certificate", ["sslkey"] = "SSL Key", ["sslpassword"] = "SSL Password", ["sslrootcert"] = "Root Certificate",
        ["application_name"] = "Application Name", ["connect_timeout"] = "Timeout", ["target_session_attrs"] = "Target Session Attributes", ["channel_binding"] = "Channel Binding", ["client_encoding"] = "Client Encoding",
    };

    /// <param name="text">A URI or a connection string of Npgsql's.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            return Rest(text) is { } rest ? ParseUri(rest) : new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException or OverflowException)
        {
            // Npgsql's own message names what it does not know, which is a piece of a password that has a ; or a ? in it.
            throw Unreadable("it has a name or a value that Npgsql does not know");
        }
    }

    /// <summary>The URI of the database that <paramref name="builder"/> connects to, on one host or on several.</summary>
    public static string Format(NpgsqlConnectionStringBuilder builder)
    {
        var user = builder.Username is { } name ? Uri.EscapeDataString(name) + (builder.Password is { } password ? ":" + Uri.EscapeDataString(password) : "") + "@" : "";
        return $"postgresql://{user}{string.Join(',', (builder.Host ?? "localhost").Split(',').Select(host => Written(host, builder.Port)))}/{Uri.EscapeDataString(builder.Database ?? "")}";
    }

    /// <summary>A host of Npgsql's: a name, an address or a socket's folder, perhaps with a port of its own.</summary>
    private static string Written(string host, int port)
    {
        if (host.StartsWith('/')) return $"{Uri.EscapeDataString(host)}:{port}";
        var colon = host.LastIndexOf(':');
        // An address of IPv6 has a port only behind its brackets.
        var hasPort = colon > 0 && (host.IndexOf(':', StringComparison.Ordinal) == colon || host[colon - 1] == ']');
        var name = (hasPort ? host[..colon] : host).Trim('[', ']');
        var written = name.Contains(':', StringComparison.Ordinal) ? $"[{name.Replace("%", "%25", StringComparison.Ordinal)}]" : Uri.EscapeDataString(name);
        return $"{written}:{(hasPort ? host[(colon + 1)..] : port)}";
    }

    /// <returns>What stands behind the scheme; null for what is no URI.</returns>
    private static string? Rest(string text) => text.StartsWith("postgres://", StringComparison.Ordinal) ? text["postgres://".Length..]
        : text.StartsWith("postgresql://", StringComparison.Ordinal) ? text["postgresql://".Length..] : null;

    private static NpgsqlConnectionStringBuilder ParseUri(string rest)
    {
        if (rest.Contains('#', StringComparison.Ordinal)) throw Unreadable("a # ends a URI; as part of a password it is %23");
        var (path, query) = Cut(rest, '?');
        var (authority, database) = Cut(path, '/');
        if (authority.Count('@') > 1 || database?.Contains('@', StringComparison.Ordinal) == true) throw Unreadable("an @ stands where none can; as part of a password it is %40, a / is %2F and a ? is %3F");
        var at = authority.IndexOf('@', StringComparison.Ordinal);
        var builder = new NpgsqlConnectionStringBuilder { Host = "localhost", Port = NpgsqlConnection.DefaultPort };
        if (at >= 0)
        {
            var (user, password) = Cut(authority[..at], ':');
            if (user.Length > 0) builder.Username = Decoded(user);
            if (password is not null) builder.Password = Decoded(password);
        }
        Hosts(builder, authority[(at + 1)..]);
        if (database is { Length: > 0 }) builder.Database = Decoded(database);
        foreach (var pair in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(pair, '=');
            if (value is null) throw Unreadable("a parameter has no =");
            var word = Decoded(name);
            builder[Words.GetValueOrDefault(word, word)] = word == "sslmode" ? Decoded(value).Replace("-", "", StringComparison.Ordinal) : Decoded(value);
        }
        return builder;
    }

    /// <summary><c>host</c>, <c>host:port</c>, <c>[::1]:port</c>, several with commas between them: as Npgsql reads them, but for one alone.</summary>
    private static void Hosts(NpgsqlConnectionStringBuilder builder, string text)
    {
        var hosts = text.Split(',').Select(Host).ToList();
        if (hosts is [var (host, port)]) (builder.Host, builder.Port) = (host, port);
        else builder.Host = string.Join(',', hosts.Select(one => $"{(one.Host.Contains(':', StringComparison.Ordinal) ? $"[{one.Host}]" : one.Host)}:{one.Port}"));
    }

    private static (string Host, int Port) Host(string text)
    {
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? colon : text.Length;
        if (text.StartsWith('[') && end == 0) throw Unreadable("an address in brackets has no end");
        var (host, port) = (Decoded(text[..end]).Trim('[', ']'), text[end..]);
        if (host.Contains(',', StringComparison.Ordinal)) throw Unreadable("a host has a comma in it");
        if (host.Length == 0) host = "localhost";
        if (port is "" or ":") return (host, NpgsqlConnection.DefaultPort);
        return port[0] == ':' && ushort.TryParse(port.AsSpan(1), System.Globalization.NumberStyles.None, null, out var number) && number > 0 ? (host, number) : throw Unreadable("a port is no number from 1 to 65535");
    }

    private static (string Before, string? Behind) Cut(string text, char at) => text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var i ? (text[..i], text[(i + 1)..]) : (text, null);

    /// <summary>As libpq decodes: a % that is none of an escape is a fault, and so is a NUL.</summary>
    private static string Decoded(string text)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])) throw Unreadable("a % is not followed by two hexadecimal digits; as part of a password it is %25");
        }
        var decoded = Uri.UnescapeDataString(text);
        return decoded.Contains('\0', StringComparison.Ordinal) ? throw Unreadable("it holds a NUL character") : decoded;
    }

    private static FormatException Unreadable(string why) => new(
        $"The Postgres address can not be read: {why}. Expected postgresql://user:password@host:port/database (with : / ? # @ and % of a name or a password percent-encoded), or a connection string of Npgsql's.");
}

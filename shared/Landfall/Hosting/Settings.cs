namespace Landfall.Hosting;

/// <summary>Everything the environment decides, bound once at start by <see cref="FromEnvironment"/>. The README's table lists the same.</summary>
public sealed record Settings
{
    /// <summary><c>LANDFALL_CONTRACTS</c>: the folder of the contracts. Default: <c>contracts</c> beside the program.</summary>
    public string Contracts { get; init; } = Path.Combine(AppContext.BaseDirectory, "contracts");

    /// <summary><c>LANDFALL_ENVIRONMENT</c>: picks among a contract's <c>servers</c>; null takes the first.</summary>
    public string? Environment { get; init; }

    /// <summary><c>LANDFALL_BUCKET_PREFIX</c>: what stands before every bucket's name in this deployment (bucket names are global). Default: nothing.</summary>
    public string BucketPrefix { get; init; } = "";

    /// <summary><c>LANDFALL_POSTGRES</c>: the connection string, or a <c>postgres://</c> URI. Needed by functions that land in Postgres.</summary>
    public string? Postgres { get; init; }

    /// <summary><c>LANDFALL_STORAGE_ENDPOINT</c>: where Cloud Storage answers. Credentials are sent over https only.</summary>
    public Uri StorageEndpoint { get; init; } = new("https://storage.googleapis.com");

    /// <summary><c>LANDFALL_TIMEOUT</c>: how long one event may take, in seconds. Default 540, the longest an event-driven function has.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(540);

    /// <summary><c>LANDFALL_PUSH_AUDIENCE</c>: the audience a caller's token must carry. Set together with <see cref="PushEmail"/>, or leave the check to Cloud Run's invoker role.</summary>
    public string? PushAudience { get; init; }

    /// <summary><c>LANDFALL_PUSH_EMAIL</c>: the service account a caller's token must carry.</summary>
    public string? PushEmail { get; init; }

    /// <summary><c>PORT</c>: where to listen. Default 8080.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The full name of one of Landfall's buckets.</summary>
    public string Bucket(string name) => BucketPrefix + name;

    /// <exception cref="FormatException">A variable can not be read; the message names it.</exception>
    public static Settings FromEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        var settings = new Settings();
        return settings with
        {
            Contracts = Text("LANDFALL_CONTRACTS") ?? settings.Contracts,
            Environment = Text("LANDFALL_ENVIRONMENT"),
            BucketPrefix = Text("LANDFALL_BUCKET_PREFIX") ?? "",
            Postgres = Text("LANDFALL_POSTGRES"),
            StorageEndpoint = Text("LANDFALL_STORAGE_ENDPOINT") is { } uri
                ? Uri.TryCreate(uri, UriKind.Absolute, out var endpoint) ? endpoint : throw new FormatException("LANDFALL_STORAGE_ENDPOINT is not an absolute URI")
                : settings.StorageEndpoint,
            Timeout = Text("LANDFALL_TIMEOUT") is { } seconds ? TimeSpan.FromSeconds(Number("LANDFALL_TIMEOUT", seconds, 1, 3600)) : settings.Timeout,
            PushAudience = Text("LANDFALL_PUSH_AUDIENCE"),
            PushEmail = Text("LANDFALL_PUSH_EMAIL"),
            Port = Text("PORT") is { } port ? Number("PORT", port, 0, 65535) : settings.Port,
        };

        string? Text(string name) => environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

        static int Number(string name, string value, int least, int most) =>
            int.TryParse(value, out var number) && number >= least && number <= most ? number : throw new FormatException($"{name} must be a whole number from {least} to {most}");
    }
}

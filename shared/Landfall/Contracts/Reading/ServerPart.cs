namespace Landfall.Contracts.Reading;

/// <summary>Where the tables are: one of <c>servers[]</c>.</summary>
internal static class ServerPart
{
    public static void Read(ContractDraft draft, string? environment)
    {
        var servers = draft.Map.Maps("servers", "server", required: true);
        if (servers.Count == 0) return;
        if (Choose(servers, environment) is not { } server)
        {
            draft.Map.Fault("servers", $"has no server for the environment '{environment}'",
                "Give one of them that environment, or none to serve every other one");
            return;
        }
        if (!server.Require("type")) return;
        switch (server.Choice("type", ["postgres", "bigquery"]))
        {
            case "postgres":
                draft.Sink = SinkKind.Postgres;
                draft.Schema = Schema(server, "schema", draft.Datasets);
                break;
            case "bigquery":
                draft.Sink = SinkKind.BigQuery;
                draft.Schema = Schema(server, "dataset", draft.Datasets);
                break;
            default:
                break;
        }
    }

    /// <summary>Whether a schema belongs to the warehouse, or to the ledger.</summary>
    public static bool IsReserved(Identifier schema) =>
        schema.Name is "landfall" or "information_schema" || schema.Name.StartsWith("pg_", StringComparison.Ordinal);

    // Not simply the first for an unknown environment: what was meant for one must not land in another's schema.
    private static YamlMap? Choose(IReadOnlyList<YamlMap> servers, string? environment) =>
        environment is null
            ? servers[0]
            : servers.FirstOrDefault(server => server.Text("environment") == environment)
                ?? servers.FirstOrDefault(server => !server.Has("environment"));

    private static Identifier? Schema(YamlMap server, string word, DatasetNames datasets)
    {
        Identifier? schema = server.Name(word) is { } written ? datasets.Here(written) : null;
        if (schema is { } name && IsReserved(name)) server.Fault(word, $"is '{name}', which is not for datasets", "Choose another schema");
        return schema;
    }
}

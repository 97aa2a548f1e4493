using Landfall.Contracts;
using Xunit;

namespace Landfall.Tests.Contracts;

/// <summary>A folder of contracts, made for one test.</summary>
internal sealed class ContractFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("contracts-").FullName;

    /// <summary>Where the solution is; the tests run somewhere below it.</summary>
    public static string Repository { get; } = Up(AppContext.BaseDirectory);

    /// <summary>A contract of one table, id and object of which are its file's name, but for what a test replaces.</summary>
    public static string Plain(string id, string properties = "[ { name: id, logicalType: integer, primaryKey: true } ]") =>
        $$"""
        apiVersion: v3.1.0
        kind: DataContract
        id: {{id}}
        version: 1.0.0
        status: active
        team: { name: t }
        servers: [ { server: s, type: postgres, schema: t } ]
        customProperties: [ { property: landfall, value: { object: "drop-zone/t/{{id}}_{date:yyyyMMdd}.csv" } } ]
        schema:
          - name: {{id}}
            properties: {{properties}}

        """;

    public ContractFolder With(string id, string? text = null)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, $"{id}.odcs.yaml"), text ?? Plain(id));
        return this;
    }

    public ContractFolder With(string id, byte[] content)
    {
        File.WriteAllBytes(System.IO.Path.Combine(Path, $"{id}.odcs.yaml"), content);
        return this;
    }

    public ContractSet Read(string? environment = null) => ContractReader.Read(Path, environment);

    public IReadOnlyList<ContractFault> Faults() => Assert.Throws<ContractFaultException>(() => Read()).Faults;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Up(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, "Functions.sln"))
            ? folder
            : Up(System.IO.Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Functions.sln"));
}

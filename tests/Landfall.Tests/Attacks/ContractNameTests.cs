using System.Text.Json;
using Landfall.Contracts;
using Landfall.Sinks.Postgres;
using Landfall.Tests.Contracts;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Landfall.Tests.Attacks;

/// <summary>500 names that are none, wherever a contract names something: each is a fault with its file and path, or is used as a name and nothing else.</summary>
public sealed class ContractNameTests(ITestOutputHelper output)
{
    /// <summary>Where in a contract a name stands, and how its fault names the place.</summary>
    [Theory]
    [InlineData("contract", "id")]
    [InlineData("table", "schema")]
    [InlineData("column", "schema")]
    [InlineData("primary key", "schema")]
    [InlineData("dataset", "servers")]
    [InlineData("team", "customProperties")]
    public async Task Of_a_contract_names_are_used_or_are_faults_with_file_and_path(string where, string path)
    {
        using var folder = new ContractFolder();
        var files = new Dictionary<string, string>();
        foreach (var (payload, i) in Payloads.All.Select((payload, i) => (payload, i)))
        {
            var id = $"c{i}";
            files[$"{id}.odcs.yaml"] = payload;
            folder.With(id, Contract(id, where, payload));
        }

        IReadOnlyList<ContractFault> faults = [];
        try
        {
            folder.Read();
        }
        catch (ContractFaultException e)
        {
            faults = e.Faults;
        }

        output.WriteLine($"{where}: {faults.Select(fault => fault.File).Distinct().Count()} of {files.Count} refused");
        foreach (var fault in faults)
        {
            files.ShouldContainKey(fault.File);
            fault.Message.ShouldNotBeNullOrWhiteSpace();
            fault.ToString().Any(char.IsControl).ShouldBeFalse($"A control character in what a person reads: {Payloads.Shown(fault.ToString())}");
        }
        faults.Count(fault => fault.Path.StartsWith(path, StringComparison.Ordinal)).ShouldBeGreaterThan(400, string.Join('\n', faults.Take(5)));
        // What is no fault is a name; used as one it makes what it says, and nothing else.
        foreach (var file in faults.Select(fault => fault.File).Distinct()) File.Delete(System.IO.Path.Combine(folder.Path, file));
        if (!Directory.EnumerateFiles(folder.Path).Any()) return;
        await using var database = await PostgresServer.CreateDatabaseAsync();
        foreach (var contract in folder.Read().All)
        {
            await database.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {contract.Schema.Quoted}");
            foreach (var table in contract.Tables)
            {
                foreach (var statement in PostgresDdl.Create(table)) await database.ExecuteAsync(statement);
                var made = await database.ScalarAsync<long>($"SELECT count(*) FROM information_schema.columns WHERE table_schema = '{contract.Schema.Name}' AND table_name = '{table.Name.Name}' AND column_name = '{table.Columns[0].Name.Name}'");
                made.ShouldBe(1);
                await database.ExecuteAsync($"DROP TABLE {table.Quoted}");
            }
        }
    }

    [Fact]
    public void A_contract_can_not_ask_for_a_files_columns_to_become_the_tables()
    {
        using var folder = new ContractFolder().With("things", ContractFolder.Plain("things").Replace("value: { ", "value: { unknownColumns: add, ", StringComparison.Ordinal));
        folder.Faults().ShouldHaveSingleItem().Path.ShouldContain("unknownColumns");
    }

    private static string Contract(string id, string where, string payload)
    {
        // YAML's strings in double quotes take JSON's escapes.
        var name = JsonSerializer.Serialize(payload);
        var text = ContractFolder.Plain(id);
        return where switch
        {
            "contract" => text.Replace($"id: {id}\n", $"id: {name}\n", StringComparison.Ordinal),
            "table" => text.Replace($"- name: {id}\n", $"- name: {name}\n", StringComparison.Ordinal),
            "column" => text.Replace("{ name: id,", $"{{ name: {name},", StringComparison.Ordinal),
            "primary key" => text.Replace("{ name: id,", $"{{ physicalName: {name}, name: id,", StringComparison.Ordinal),
            "dataset" => text.Replace("schema: t }", $"schema: {name} }}", StringComparison.Ordinal),
            _ => text.Replace("name: t }", $"name: {name} }}", StringComparison.Ordinal),
        };
    }
}

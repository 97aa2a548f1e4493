using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Landfall.Contracts;
using Landfall.Landings;
using Landfall.Landings.Files;
using Landfall.Rows;
using Landfall.Sinks;
using Landfall.Tests.Sinks;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Tool;

/// <summary>A check without tables, and a landing in empty ones, say the same of a file: reject for reject, to the letter.</summary>
public sealed class AgreementTests : IAsyncLifetime
{
    private PostgresSuiteDatabase _postgres = null!;
    private int _schemas;

    public async Task InitializeAsync() => _postgres = await PostgresSuiteDatabase.CreateAsync();

    public async Task DisposeAsync() => await _postgres.DisposeAsync();

    [Fact]
    public void Check_and_landing_agree_reject_for_reject()
    {
        var rules = new Dictionary<string, int>();
        var (refused, collapsed, findings) = (0, 0L, 0);
        var property = Prop.ForAll(RandomFile.Of("schema", Enum.GetValues<WriteMode>()).ToArbitrary(), drawn =>
        {
            var (receipt, rejects) = AgreeAsync(drawn).GetAwaiter().GetResult();
            foreach (var reject in rejects) rules[reject.Split('|')[2]] = rules.GetValueOrDefault(reject.Split('|')[2]) + 1;
            refused += receipt.Outcome == "refused" ? 1 : 0;
            collapsed += receipt.Rows!.Collapsed;
            findings += receipt.Findings?.Count ?? 0;
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), property);
        foreach (var rule in (string[])["primaryKey", "unique", "relationships", "required", "logicalType", "columns", "header", "quality"]) rules.GetValueOrDefault(rule).ShouldBePositive($"no file broke {rule}: the test proved too little");
        refused.ShouldBePositive();
        collapsed.ShouldBePositive();
        findings.ShouldBePositive();
    }

    /// <summary>Postgres writes a truth out where it casts it to text, and shortens it where it joins it to others.</summary>
    [Fact]
    public async Task Truths_that_refer_to_nothing_and_truths_that_collide()
    {
        var parent = Table("truths", "first", WriteMode.Replace, 1, Column("c0", ColumnType.Boolean, required: true));
        var child = Table("truths", "second", WriteMode.Replace, 1, Column("id", ColumnType.Int64, required: true, source: "c1"), Column("parent", ColumnType.Boolean, source: "c2"));
        child = child with { Relationships = [new(child.Columns[1], parent.Schema, parent.Name, parent.Columns[0].Name, Identifier.Parse("truths"))] };
        var (_, rejects) = await AgreeAsync(new(Contract("truths", parent, child), "c0,c1,c2\nt,1,t\nt,2,t\nt,3,f\n"));
        rejects.ShouldBe(["4|parent|relationships|false|parent refers to no row of agree_0.first"]);
    }

    private async Task<(Receipt Receipt, List<string> Rejects)> AgreeAsync(RandomFile drawn)
    {
        var file = Renamed(drawn, $"agree_{_schemas++}");
        var (receipt, rejects) = await CheckAsync(file);
        var (landed, quarantined) = await LandAsync(file);
        (receipt.Outcome, receipt.Reason, receipt.Hint, receipt.Rows).ShouldBe((landed.Outcome, landed.Reason, landed.Hint, landed.Rows), $"{file}");
        (receipt.Findings ?? []).ShouldBe(landed.Findings ?? [], $"{file}");
        rejects.ShouldBe(quarantined, $"{file}");
        return (receipt, rejects);
    }

    private static RandomFile Renamed(RandomFile file, string schema)
    {
        var name = Identifier.Parse(schema);
        var tables = file.Contract.Tables.Select(t => t with { Schema = name, Relationships = [.. t.Relationships.Select(r => r with { ParentSchema = name, ParentContract = name })] }).ToArray();
        return file with { Contract = Contract(schema, tables) with { MaxRejectedPercent = file.Contract.MaxRejectedPercent } };
    }

    private static async Task<(Receipt Receipt, List<string> Rejects)> CheckAsync(RandomFile file)
    {
        var rejects = new List<Reject>();
        var receipt = await FileCheck.RunAsync(await SourceAsync(file), () => Open(file), (reject, _) => rejects.Add(reject), TimeProvider.System, default);
        return (receipt, Sorted(rejects.Select(r => $"{r.Line}|{r.Column}|{r.Rule}|{r.Value}|{r.Reason}")));
    }

    private async Task<(Receipt Receipt, List<string> Rejects)> LandAsync(RandomFile file)
    {
        _postgres.Known = [file.Contract];
        var source = await SourceAsync(file);
        var (receipt, already) = await new FileLander(_postgres.Database.DataSource, _postgres.Sink, TimeProvider.System, NullLogger.Instance).LandAsync(source, () => Open(file), default);
        already.ShouldBeFalse();
        await using var command = _postgres.Database.DataSource.CreateCommand("SELECT place || '|' || coalesce(\"column\", '') || '|' || rule || '|' || coalesce(value, '') || '|' || reason FROM landfall.rejects WHERE identity = $1");
        command.Parameters.Add(new() { Value = source.Version.Identity });
        await using var reader = await command.ExecuteReaderAsync();
        var rejects = new List<string>();
        while (await reader.ReadAsync()) rejects.Add(reader.GetString(0));
        return (receipt, Sorted(rejects));
    }

    private static async Task<Source> SourceAsync(RandomFile file) =>
        await LocalSource.OfAsync(file.Contract, $"team/{file.Contract.Id}_20240105.csv", new DateOnly(2024, 1, 5), Open(file), null, DateTimeOffset.UtcNow, default);

    private static MemoryStream Open(RandomFile file) => new(Encoding.UTF8.GetBytes(file.Csv));

    private static List<string> Sorted(IEnumerable<string> rejects) => [.. rejects.Order(StringComparer.Ordinal)];
}

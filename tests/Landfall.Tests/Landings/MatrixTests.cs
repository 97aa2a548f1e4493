using System.Globalization;
using Landfall.Contracts;
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;
using Landfall.Landings;
using Landfall.Tests.Rows;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Landings;

/// <summary>The relations contract: version after version of the workbook, the tables follow it exactly, and nothing that stays is written.</summary>
public sealed class MatrixTests : IAsyncLifetime
{
    private const string Name = "matriz_de_adyacencia.xlsx";

    private LandingWorld _world = null!;

    public async Task InitializeAsync() => _world = await LandingWorld.CreateAsync(Path.Combine(AppContext.BaseDirectory, "contracts"));

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_tables_follow_the_workbook_version_after_version(int seed)
    {
        var random = new Random(seed);
        var (actors, cells) = (new Dictionary<int, string>(), new Dictionary<(int From, int To), int>());
        var (flipped, vanished, kept) = (0L, 0L, 0);
        for (var version = 0; version < 12; version++)
        {
            var (actorsBefore, before) = (new Dictionary<int, string>(actors), new Dictionary<(int, int), int>(cells));
            Change(actors, cells, random);
            var rowsBefore = version == 0 ? [] : await RowsAsync();

            var receipt = await _world.Lander.LandAsync(await _world.DropAsync("matrix", Name, Workbook(actors, cells)), default);

            receipt.Outcome.ShouldBe("landed", receipt.Reason);
            var rows = await RowsAsync();
            rows.ToDictionary(r => r.Key, r => r.Value.Related).ShouldBe(cells.ToDictionary(c => c.Key, c => c.Value == 1), ignoreOrder: true);
            foreach (var (cell, row) in rows.Where(r => rowsBefore.TryGetValue(r.Key, out var old) && old.Related == r.Value.Related))
            {
                row.Version.ShouldBe(rowsBefore[cell].Version, $"{cell} was rewritten");
                kept++;
            }
            var relations = receipt.Tables!.Single(t => t.Table == "relations.relations");
            relations.Added.ShouldBe(cells.Keys.Except(before.Keys).Count());
            relations.Removed.ShouldBe(before.Keys.Except(cells.Keys).Count());
            relations.Changed.ShouldBe(cells.Count(c => before.TryGetValue(c.Key, out var old) && old != c.Value));
            (flipped, vanished) = (flipped + relations.Changed!.Value, vanished + relations.Removed!.Value);
            var list = receipt.Tables!.Single(t => t.Table == "relations.actors");
            (list.Added, list.Removed).ShouldBe((actors.Keys.Except(actorsBefore.Keys).Count(), actorsBefore.Keys.Except(actors.Keys).Count()));
            Findings(receipt).ShouldBe(Expected(actors, cells));
        }
        (flipped > 0 && vanished > 0 && kept > 0).ShouldBeTrue("nothing was flipped, or nothing vanished, or nothing stayed: the test proved nothing");
    }

    [Fact]
    public async Task The_tick_lands_what_no_event_announced_and_nothing_twice()
    {
        await _world.DropAsync("matrix", Name, Workbook(new() { [1] = "A", [2] = "B" }, new() { [(1, 2)] = 1 }));
        await _world.DropAsync("matrix", Name, Workbook(new() { [1] = "A", [2] = "B" }, new() { [(1, 2)] = 0, [(2, 1)] = 1 }));
        var function = new MatrixLoad(_world.Lander);
        var tick = new TickData("relations", DateTimeOffset.UnixEpoch);
        for (var time = 0; time < 2; time++) await function.HandleAsync(HandedEvent.Of(new("t", "//cloudscheduler.googleapis.com/relations", EventTypes.SchedulerTick, null, tick.ScheduleTime)), tick, default);

        (await RowsAsync()).ToDictionary(r => r.Key, r => r.Value.Related).ShouldBe(new Dictionary<(int, int), bool> { [(1, 2)] = false, [(2, 1)] = true }, ignoreOrder: true);
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM landfall.landings")).ShouldBe(1);
    }

    [Fact]
    public async Task A_workbook_without_its_list_is_refused_and_both_tables_stay()
    {
        await _world.Lander.LandAsync(await _world.DropAsync("matrix", Name, Workbook(new() { [1] = "A" }, new() { [(1, 1)] = 0 })), default);
        var receipt = await _world.Lander.LandAsync(await _world.DropAsync("matrix", Name, Workbook([], new() { [(2, 2)] = 0 })), default);
        (receipt.Outcome, receipt.Reason).ShouldBe(("refused", "the part for relations.actors holds no row, and would empty relations.actors"));
        (await RowsAsync()).Keys.ShouldBe([(1, 1)]);
    }

    /// <summary>New actors and lost ones; cells that flip, are filled, are blanked.</summary>
    private static void Change(Dictionary<int, string> actors, Dictionary<(int From, int To), int> cells, Random random)
    {
        for (var n = random.Next(1, 4); n > 0; n--) actors.TryAdd(random.Next(1, 15), $"{(char)('A' + random.Next(5))}");
        if (actors.Count > 4) actors.Remove(actors.Keys.ElementAt(random.Next(actors.Count)));
        for (var n = random.Next(5, 40); n > 0; n--)
        {
            var cell = (random.Next(1, 15), random.Next(1, 15));
            if (random.Next(3) == 0) cells.Remove(cell);
            else cells[cell] = random.Next(2);
        }
    }

    private static byte[] Workbook(Dictionary<int, string> actors, Dictionary<(int From, int To), int> cells)
    {
        var axis = cells.Keys.SelectMany(c => new[] { c.From, c.To }).Distinct().Order().ToList();
        var rows = $"<row r=\"1\">{string.Concat(axis.Select((n, i) => Number(1, i + 3, n)))}</row>" + string.Concat(axis.Select((from, r) =>
            $"<row r=\"{r + 3}\">{Number(r + 3, 1, from)}{string.Concat(axis.Select((to, c) => cells.TryGetValue((from, to), out var value) ? Number(r + 3, c + 3, value) : ""))}</row>"));
        var list = string.Concat(actors.OrderBy(a => a.Key).Select((a, i) => $"<row r=\"{i + 5}\">{Text(i + 5, 1, a.Value)}{Number(i + 5, 2, a.Key)}{Text(i + 5, 3, $"Actor {a.Key}")}</row>"));
        return new XlsxBuilder().Sheet("Matriz de adyacencia", rows).Sheet("Lista de actores", $"<row r=\"4\">{Text(4, 2, "Lista de actores")}</row>{list}").ToBytes();

        string Number(int row, int column, int value) => string.Create(CultureInfo.InvariantCulture, $"<c r=\"{new CellAddress(row, column)}\"><v>{value}</v></c>");
        string Text(int row, int column, string value) => $"<c r=\"{new CellAddress(row, column)}\" t=\"inlineStr\"><is><t>{value}</t></is></c>";
    }

    private static Dictionary<string, long> Expected(Dictionary<int, string> actors, Dictionary<(int From, int To), int> cells) => new Dictionary<string, long>
    {
        ["asymmetric pairs"] = cells.Count(c => c.Key.From < c.Key.To && cells.TryGetValue((c.Key.To, c.Key.From), out var back) && back != c.Value),
        ["related to oneself"] = cells.Count(c => c.Key.From == c.Key.To && c.Value == 1),
        ["actors of the matrix that the list does not name"] = cells.Keys.SelectMany(c => new[] { c.From, c.To }).Distinct().Except(actors.Keys).Count(),
    }.Where(f => f.Value > 0).ToDictionary();

    private static Dictionary<string, long> Findings(Receipt receipt) =>
        (receipt.Findings ?? []).ToDictionary(f => f.Rule, f => long.Parse(f.Message.Split(' ', ';')[1], CultureInfo.InvariantCulture));

    private async Task<Dictionary<(int From, int To), (bool Related, string Version)>> RowsAsync()
    {
        var rows = new Dictionary<(int, int), (bool, string)>();
        await using var command = _world.Database.DataSource.CreateCommand("SELECT from_actor::int, to_actor::int, related, xmin::text || ctid::text FROM relations.relations");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add((reader.GetInt32(0), reader.GetInt32(1)), (reader.GetBoolean(2), reader.GetString(3)));
        return rows;
    }
}

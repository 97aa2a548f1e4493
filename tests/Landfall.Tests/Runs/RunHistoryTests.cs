using System.Collections.Concurrent;
using System.Globalization;
using Landfall.Landings;
using Landfall.Runs;
using Landfall.Tests.Landings;
using Shouldly;
using Xunit;
using static Landfall.Tests.Runs.RunWorld;

namespace Landfall.Tests.Runs;

/// <summary>
/// Histories of several runs at once, against a model: messages come twice, out of order, at the same moment to two processes, complete before its pages; one run lacks a
/// page for good, of another two copies of a page differ.
/// </summary>
public sealed class RunHistoryTests : IAsyncLifetime
{
    private LandingWorld _world = null!;

    public async Task InitializeAsync() => _world = await RunWorld.CreateAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task The_table_is_the_newest_completed_run_whole(int seed)
    {
        var random = new Random(seed);
        var runs = Enumerable.Range(1, 6).Select(number => new ModelRun(number, random)).ToList();
        // One of the two is the newest of all: nothing supersedes it before it is looked at.
        var (broken, torn) = seed % 2 == 0 ? (runs[5], runs[random.Next(5)]) : (runs[random.Next(5)], runs[5]);
        var whole = runs.Where(run => run != broken && run != torn).ToList();
        var queue = new List<RunMessage>();
        foreach (var run in whole) queue.AddRange(run.Messages(random));
        queue.AddRange(broken.Messages(random).Where(message => message is not PageMessage { Page: 1 }));
        queue.AddRange(torn.Messages(random).OfType<PageMessage>());
        queue.Add(Page(torn.Name, 1, [Row("another", torn.Number)], torn.Number));
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(queue));
        RunLander[] processes = [_world.Runs, _world.AnotherRuns()];
        var receipts = new ConcurrentBag<Receipt>();
        var (retries, inserts) = (0, 0);
        await _world.Runs.TakeAsync(whole[0].Pages[0], default);
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() => ReadAsync(runs, stop.Token));
        async Task TakeAsync(RunMessage message, int process, List<RunMessage> again)
        {
            try
            {
                if (await processes[process].TakeAsync(message, default) is { } receipt) receipts.Add(receipt);
                else Interlocked.Increment(ref inserts);
            }
            catch (RetryException)
            {
                Interlocked.Increment(ref retries);
                lock (again) again.Add(message);
            }
        }
        var complete = false;
        for (var round = 0; queue.Count > 0 && round < 40; round++)
        {
            var again = new List<RunMessage>();
            foreach (var batch in queue.Chunk(random.Next(1, 6))) await Task.WhenAll(batch.Select((message, i) => Task.Run(() => TakeAsync(message, i % 2, again))));
            if (!complete) again.Add(torn.Complete);
            complete = true;
            queue = again.All(message => message is CompleteMessage && message.Run == broken.Name) && round > 1 ? [] : again;
        }
        await stop.CancelAsync();
        var looks = await reader;

        queue.ShouldBeEmpty($"seed {seed}: what is still tried");
        var landed = receipts.Where(receipt => receipt.Outcome == "landed").Select(receipt => receipt.Source).ToHashSet();
        var newest = whole[^1];
        landed.ShouldContain(newest.Identity, $"seed {seed}");
        (await _world.QueryAsync("SELECT id, run, IFNULL(tons, -1) FROM `fleet.ships` ORDER BY id")).ShouldBe(newest.Table, $"seed {seed}");
        var ledger = (await _world.QueryAsync("SELECT identity, outcome, rows_read, rows_landed, rows_rejected, rows_collapsed FROM `landfall.ledger_ships` WHERE landing_id <> 0")).ToDictionary(row => row.Split('|')[0], row => row.Split('|', 2)[1]);
        foreach (var run in whole)
        {
            var all = receipts.Where(receipt => receipt.Source == run.Identity).ToList();
            all.Select(receipt => receipt.Outcome).Distinct().ShouldHaveSingleItem($"seed {seed}, {run.Name}").ShouldBe(landed.Contains(run.Identity) ? "landed" : "superseded");
            if (!landed.Contains(run.Identity)) continue;
            ledger[run.Identity].ShouldBe($"landed|{run.Rows}|{run.Table.Count}|{run.Rejects.Count}|{run.Collapsed}", $"seed {seed}, {run.Name}");
            (await _world.RejectsAsync(all[0])).Select(line => string.Join(',', line.Split(',').Take(3))).ShouldBe(run.Rejects, ignoreOrder: true, $"seed {seed}, {run.Name}");
        }
        // What has been superseded need not be whole.
        (ledger.TryGetValue(broken.Identity, out var entry) ? entry.Split('|')[0] : "none").ShouldBeOneOf(broken == runs[5] ? ["none"] : ["none", "superseded"]);
        ledger[torn.Identity].Split('|')[0].ShouldBeOneOf(torn == runs[5] ? ["refused"] : ["refused", "superseded"]);
        // Each of the other process' pages is one insert, too: the recorder has seen its own.
        _world.Recorder.Inserts.ShouldAllBe(rows => rows >= 1 && rows <= 20);
        _world.Recorder.Inserts.Count.ShouldBeInRange(1, inserts + 1);
        (retries > 0 && looks > 0 && inserts > 20).ShouldBeTrue($"seed {seed}: {retries} retries, {looks} looks, {inserts} pages: the test proved nothing");
    }

    /// <summary>Whenever somebody looks, there is one run, whole.</summary>
    private async Task<int> ReadAsync(List<ModelRun> runs, CancellationToken stop)
    {
        var looks = 0;
        while (!stop.IsCancellationRequested)
        {
            var seen = await _world.QueryAsync("SELECT run, COUNT(*) FROM `fleet.ships` GROUP BY run");
            if (seen.Count > 0) runs.Select(run => $"{run.Number}|{run.Table.Count}").ShouldContain(seen.ShouldHaveSingleItem());
            looks++;
        }
        return looks;
    }

    /// <summary>A run, and what is to become of it.</summary>
    private sealed class ModelRun
    {
        private static readonly int[] Sizes = [1, 19, 20, 21, 40, 45];

        public ModelRun(int number, Random random)
        {
            Number = number;
            var table = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var rows = new List<string>();
            for (var (left, page) = (Sizes[random.Next(Sizes.Length)], 1); left > 0; page++)
            {
                var size = Math.Min(left, random.Next(3) == 0 ? random.Next(1, 21) : 20);
                for (var i = 1; i <= size; i++) Add(random, table, rows, ((page - 1) * 20) + i);
                Pages.Add(Page(Name, page, rows.TakeLast(size), number));
                left -= size;
            }
            Rows = rows.Count;
            Table = [.. table.Values];
            Complete = Complete(Name, Pages.Count, Rows, number);
        }

        public int Number { get; }

        public string Name => $"run-{Number}";

        public string Identity => $"runs/ships/{Name}#0";

        public List<PageMessage> Pages { get; } = [];

        public CompleteMessage Complete { get; }

        public int Rows { get; }

        public IReadOnlyList<string> Table { get; }

        public List<string> Rejects { get; } = [];

        public int Collapsed { get; private set; }

        private (string Key, int Tons, int Line)? _last;

        /// <summary>Each one to three times.</summary>
        public IEnumerable<RunMessage> Messages(Random random) => Pages.Append<RunMessage>(Complete).SelectMany(message => Enumerable.Repeat(message, random.Next(1, 4)).ToList());

        private void Add(Random random, SortedDictionary<string, string> table, List<string> rows, int line)
        {
            var tons = random.Next(1000);
            var key = $"s{line.ToString("000", CultureInfo.InvariantCulture)}";
            switch (random.Next(12))
            {
                case 0 when rows.Count > 0:
                    rows.Add(Row(key, Number, "many"));
                    Rejects.Add($"{line},tons,logicalType");
                    return;
                case 1 when rows.Count > 0:
                    rows.Add(Row(null, Number, tons));
                    Rejects.Add($"{line},id,required");
                    return;
                case 2 when _last is { } equal:
                    rows.Add(Row(equal.Key, Number, equal.Tons));
                    Collapsed++;
                    _last = null;
                    return;
                case 3 when _last is { } other:
                    rows.Add(Row(other.Key, Number, other.Tons + 1));
                    table[other.Key] = $"{other.Key}|{Number}|{other.Tons + 1}";
                    Rejects.Add($"{other.Line},id,primaryKey");
                    _last = null;
                    return;
                default:
                    rows.Add(Row(key, Number, tons));
                    table[key] = $"{key}|{Number}|{tons}";
                    _last = (key, tons, line);
                    return;
            }
        }
    }
}

using System.Globalization;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Uplifting;

/// <summary>Histories of exports, uplifts and undoings against a model.</summary>
public sealed class UpliftHistoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_table_is_what_the_model_says(int seed)
    {
        var random = new Random(seed);
        await using var world = await UpliftWorld.CreateAsync();
        var model = new Model();
        var source = new SortedDictionary<string, (string? Tons, string Note)>(StringComparer.Ordinal);
        var runs = new List<string>();
        var (kept, overtaken, restored, rest) = (0L, 0L, 0L, 0L);
        await ExportAsync();
        for (var step = 1; step <= 24; step++)
        {
            switch (random.Next(5))
            {
                case 0 or 1:
                    await ExportAsync();
                    break;
                case 2 when runs.Count > 0:
                    // As often the last, whose results stand.
                    var undone = random.Next(2) > 0 ? runs[^1] : runs[random.Next(runs.Count)];
                    var expected = model.Undo(undone);
                    var receipt = await world.UndoAsync($"undo-{step}", undone);
                    (receipt.Rows!.Landed, receipt.Rows.Rejected).ShouldBe(expected, $"seed {seed}, step {step}");
                    (restored, rest) = (restored + expected.Restored, rest + expected.Others);
                    break;
                default:
                    var percent = random.Next(3) == 0 ? 0.1m : random.Next(1, 200) / 4m;
                    runs.Add($"run-{step}");
                    (await world.RaiseAsync(runs[^1], percent)).Rows!.Landed.ShouldBe(model.Raise(runs[^1], percent), $"seed {seed}, step {step}");
                    break;
            }
            (await world.TonsAsync()).ShouldBe(model.Table.Select(row => $"{row.Key}|{row.Value ?? "∅"}"), $"seed {seed}, step {step}");
        }
        (kept > 0 && overtaken > 0 && restored > 0 && rest > 0 && runs.Count > 1).ShouldBeTrue($"seed {seed}: {kept} kept, {overtaken} overtaken, {restored} restored, {rest} not: the test proved nothing");

        async Task ExportAsync()
        {
            foreach (var id in Enumerable.Range(1, 24).Select(n => $"s{n:00}"))
            {
                switch (random.Next(source.ContainsKey(id) ? 12 : 2))
                {
                    case 0:
                        source[id] = (Tons(random), "x");
                        break;
                    case 1:
                        source.Remove(id);
                        break;
                    case 2 when model.Table.GetValueOrDefault(id) is { } raised:
                        source[id] = (raised, "told");
                        break;
                    case 3:
                        source[id] = (source[id].Tons, $"note {random.Next(9)}");
                        break;
                }
            }
            var expected = model.Export(source.ToDictionary(row => row.Key, row => row.Value.Tons));
            var receipt = await world.ExportAsync([.. source.Select(row => (row.Key, row.Value.Tons, row.Value.Note))]);
            (receipt.Tables![0].UpliftKept, receipt.Tables[0].UpliftOvertaken).ShouldBe((expected.Kept, expected.Overtaken), $"seed {seed}");
            (kept, overtaken) = (kept + expected.Kept, overtaken + expected.Overtaken);
        }
    }

    private static string? Tons(Random random) => random.Next(8) switch
    {
        0 => null,
        1 => "n/a",
        2 => "-3",
        3 => $"{random.Next(4)}",
        4 => $"{random.Next(100)}.{random.Next(10)}",
        _ => $"{random.Next(1000)}",
    };

    private sealed class Model
    {
        private readonly List<Lift> _lifts = [];

        public SortedDictionary<string, string?> Table { get; } = new(StringComparer.Ordinal);

        public long Raise(string run, decimal percent)
        {
            var raised = 0;
            foreach (var (id, value) in Table.ToList())
            {
                if (!decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) continue;
                var before = _lifts.Find(lift => lift.Id == id && lift.Active);
                var result = Math.Round(number * (1 + (percent / 100)), 0, MidpointRounding.AwayFromZero).ToString("0", CultureInfo.InvariantCulture);
                if (before is not null) before.Active = false;
                _lifts.Add(new() { Run = run, Id = id, Source = before?.Source ?? value!, Base = value!, Result = result, Active = true, Before = before });
                Table[id] = result;
                raised++;
            }
            return raised;
        }

        public (long Restored, long Others) Undo(string run)
        {
            var (restored, rest) = (0, 0);
            foreach (var lift in _lifts.Where(lift => lift.Run == run && !lift.Undone).ToList())
            {
                if (Table.GetValueOrDefault(lift.Id) != lift.Result || _lifts.Exists(other => other.Id == lift.Id && other.Active && other != lift))
                {
                    rest++;
                    continue;
                }
                restored++;
                Table[lift.Id] = lift.Base;
                var back = lift is { Active: true, Before.Undone: false } ? lift.Before : null;
                foreach (var other in _lifts.Where(other => other.Id == lift.Id)) other.Active = other == back;
                lift.Undone = true;
            }
            return (restored, rest);
        }

        public (long Kept, long Overtaken) Export(Dictionary<string, string?> source)
        {
            var (kept, overtaken) = (0, 0);
            Table.Clear();
            foreach (var (id, value) in source) Table[id] = value;
            foreach (var lift in _lifts.Where(lift => lift.Active))
            {
                if (!source.TryGetValue(lift.Id, out var shown)) continue;
                lift.Active = shown == lift.Source;
                if (lift.Active) (Table[lift.Id], kept) = (lift.Result, kept + 1);
                else overtaken++;
            }
            return (kept, overtaken);
        }

        private sealed class Lift
        {
            public required string Run { get; init; }

            public required string Id { get; init; }

            public required string Source { get; init; }

            public required string Base { get; init; }

            public required string Result { get; init; }

            public required bool Active { get; set; }

            public required Lift? Before { get; init; }

            public bool Undone { get; set; }
        }
    }
}

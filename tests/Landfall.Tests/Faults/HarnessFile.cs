using System.Text;
using Landfall.Contracts;

namespace Landfall.Tests.Faults;

/// <summary>A file for a <see cref="HarnessContract"/>, made together with what must come of it.</summary>
internal sealed class HarnessFile
{
    private HarnessFile(string csv) => Csv = csv;

    public string Csv { get; private set; }

    /// <summary>Whether nothing of it may land.</summary>
    public bool IsRefused { get; private set; }

    public int Read { get; private set; }

    public int Collapsed { get; private set; }

    /// <summary>The rows that land, in their order.</summary>
    public List<(long Key, string Text)> Rows { get; } = [];

    /// <summary>Line and rule of those that do not.</summary>
    public List<(long Line, string Rule)> Rejects { get; } = [];

    /// <param name="contract">Whose.</param>
    /// <param name="dice">Decides.</param>
    /// <param name="mark">In its texts, so that no two files are alike.</param>
    /// <param name="most">Rows at most, and a key has this many values.</param>
    public static HarnessFile Make(HarnessContract contract, Random dice, string mark, int most)
    {
        var kind = dice.Next(100);
        // Columns that the contract does not have, and none that it needs.
        if (kind < 3) return new("m,note\n1,x\n") { IsRefused = true };
        var file = new HarnessFile("");
        var csv = new StringBuilder("n,text\n");
        var rows = kind < 6 ? 0 : 1 + dice.Next(most);
        var seen = new List<(long Key, string Text, long Line)>();
        for (var i = 0; i < rows; i++)
        {
            file.Read++;
            var line = i + 2L;
            if (kind < 9 || dice.Next(12) == 0)
            {
                // No number.
                csv.Append($"x{i},{mark}\n");
                file.Rejects.Add((line, "logicalType"));
                continue;
            }
            // A repeated row now and then; of a replaced table most rows come again as they are.
            var row = seen.Count > 0 && dice.Next(8) == 0 ? (seen[^1].Key, seen[^1].Text) : (dice.Next(most * 3), contract.Write == WriteMode.Replace && dice.Next(3) > 0 ? "same" : $"{mark} {i}");
            csv.Append($"{row.Item1},{row.Item2}\n");
            seen.Add((row.Item1, row.Item2, line));
        }
        file.Csv = csv.ToString();
        if (contract.IsKeyed) file.Settle(seen);
        else file.Rows.AddRange(seen.Select(row => (row.Key, row.Text)));
        file.IsRefused = rows == 0 ? contract.RefusesEmpty : file.Rows.Count == 0;
        return file;
    }

    /// <summary>Of a key the last row wins: equal ones before it are one with it, others are rejects.</summary>
    private void Settle(List<(long Key, string Text, long Line)> seen)
    {
        foreach (var key in seen.GroupBy(row => row.Key))
        {
            var last = key.Last();
            Rows.Add((last.Key, last.Text));
            foreach (var row in key.SkipLast(1))
            {
                if (row.Text == last.Text) Collapsed++;
                else Rejects.Add((row.Line, "primaryKey"));
            }
        }
    }
}

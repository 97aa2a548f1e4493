namespace Landfall.Benchmarks;

/// <summary>Variants that run in turns, and what is asked of them.</summary>
internal sealed record Experiment(string Name, string About, IReadOnlyList<Variant> Variants, IReadOnlyList<Comparison> Comparisons)
{
    /// <summary>Runs all variants once for nothing (caches, migrations), then in turns.</summary>
    /// <returns>By variant, a measurement a round.</returns>
    public async Task<IReadOnlyDictionary<string, List<Measurement>>> RunAsync(int rounds, TextWriter progress)
    {
        var measured = Variants.ToDictionary(v => v.Name, _ => new List<Measurement>());
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var variant in Variants)
            {
                await variant.PrepareAsync();
                var measurement = await variant.RunAsync();
                await variant.CheckAsync();
                await progress.WriteLineAsync($"{Name} {round}/{rounds} {variant.Name}: {measurement.Elapsed.TotalSeconds:0.000} s, {measurement.PeakBytes >> 20} MiB");
                if (round > 0) measured[variant.Name].Add(measurement);
            }
        }
        return measured;
    }
}

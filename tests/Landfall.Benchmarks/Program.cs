// Measures landings against psql and prints what it found; see --help.
using Landfall.Benchmarks;
using Landfall.Benchmarks.Scale;
using Landfall.Local;

try
{
    var options = BenchmarkOptions.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(BenchmarkOptions.Usage);
        return 0;
    }
    if (options.Wants("scale"))
    {
        foreach (var line in ScaleReport.Lines(options.Seed)) Console.WriteLine(line);
        return 0;
    }
    await using var bench = await Bench.StartAsync(options);
    var lines = new List<string>();
    await foreach (var experiment in Experiments.AllAsync(bench, options)) lines.AddRange(Report.Lines(experiment, await experiment.RunAsync(options.Rounds, Console.Error)));
    if (options.Wants("small")) lines.Add(await SmallFiles.RunAsync(bench));
    if (options.Wants("api")) lines.AddRange(await Requests.RunAsync(bench, options));
    if (options.Wants("bulk")) lines.Add(await BulkRequests.RunAsync(bench, options));
    Console.WriteLine(Report.Head(options, bench.Server.Version));
    foreach (var line in lines) Console.WriteLine(line);
    return 0;
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 64;   // EX_USAGE
}
catch (CannotStartException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 78;   // EX_CONFIG
}

namespace Landfall.Benchmarks;

/// <summary>One of the ways that an experiment compares.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="PrepareAsync">Makes everything as it was before; not measured.</param>
/// <param name="RunAsync">The measured process.</param>
/// <param name="CheckAsync">Throws unless the run did what it is measured for.</param>
internal sealed record Variant(string Name, Func<Task> PrepareAsync, Func<Task<Measurement>> RunAsync, Func<Task> CheckAsync);

using Landfall.Web.Local;

namespace Landfall.Web.Reading;

/// <param name="Fired">The job whose tick was just sent; null for none.</param>
public sealed record LocalModel(IReadOnlyList<LocalQueue> Queues, IReadOnlyList<LocalLetter> Letters, IReadOnlyList<LocalJob> Jobs, string? Fired, DateTimeOffset Now);

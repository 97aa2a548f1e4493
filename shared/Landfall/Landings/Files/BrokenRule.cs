namespace Landfall.Landings.Files;

/// <summary>A rule over rows that a row breaks.</summary>
/// <param name="Places">Where the columns at fault are among the feed's.</param>
/// <param name="Columns">Their names, with commas between them.</param>
/// <param name="Rule">As in <see cref="Rows.Reject.Rule"/>.</param>
/// <param name="Reason">As in <see cref="Rows.Reject.Reason"/>.</param>
internal sealed record BrokenRule(IReadOnlyList<int> Places, string Columns, string Rule, string Reason);

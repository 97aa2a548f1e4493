namespace Landfall.Runs;

/// <summary>Says that all pages of a run are sent. It may arrive before them.</summary>
public sealed record CompleteMessage : RunMessage
{
    /// <summary>How many there are; 0 for a run without rows.</summary>
    public required int Pages { get; init; }

    /// <summary>Rows in all pages: from one a page to <see cref="Runs.Pages.MaxRows"/> a page.</summary>
    public required long Rows { get; init; }
}

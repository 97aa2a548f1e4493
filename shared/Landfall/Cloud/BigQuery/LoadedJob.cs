namespace Landfall.Cloud;

/// <summary>A load job that has done its work.</summary>
/// <param name="Id">Its id in the project.</param>
/// <param name="Rows">How many it has loaded.</param>
public sealed record LoadedJob(string Id, long Rows);

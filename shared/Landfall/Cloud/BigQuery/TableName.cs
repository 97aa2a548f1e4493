namespace Landfall.Cloud;

/// <summary>A table, or a view, of BigQuery's: its dataset and its name, without the project.</summary>
/// <param name="Dataset">Letters, digits and underscores.</param>
/// <param name="Name">As it stands in the dataset.</param>
public readonly record struct TableName(string Dataset, string Name)
{
    public override string ToString() => $"{Dataset}.{Name}";
}

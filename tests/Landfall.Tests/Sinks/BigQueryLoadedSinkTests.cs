namespace Landfall.Tests.Sinks;

/// <summary>The suite on BigQuery, as large files come: by load jobs.</summary>
public sealed class BigQueryLoadedSinkTests : BigQuerySinkTests
{
    private protected override bool? Careful => true;
}

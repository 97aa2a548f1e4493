using Landfall.Benchmarks.Scale;
using Landfall.Sinks.BigQuery;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Scale;

/// <summary>What shared/SCALE.md says of one file.</summary>
public sealed class SizedLandingTests
{
    [Fact]
    public void A_megabyte_is_streamed_and_what_is_more_is_loaded()
    {
        new SizedLanding(BigQueryStaging.SmallBytes, LoadRowWriter.PartAfter).Parts.ShouldBeEmpty();
        new SizedLanding(BigQueryStaging.SmallBytes + 1, LoadRowWriter.PartAfter).Parts.Count.ShouldBe(1);
    }

    [Fact]
    public void A_terabyte_stays_below_the_load_jobs_of_a_table_and_the_memory_of_the_job()
    {
        var landing = new SizedLanding(1e12, LoadRowWriter.PartAfter);
        landing.IsHandedOver.ShouldBeTrue();
        ((double)landing.Parts.Count).ShouldBeLessThan(Quotas.TableJobs);
        landing.Limits.ShouldAllBe(limit => limit.Used < limit.Limit);
        new SizedLanding(1e12, SinkDesign.Before.PartAfter).Limits[0].Used.ShouldBeGreaterThan(Quotas.TableJobs);
    }

    /// <summary>What is random is not compared: another machine may round otherwise.</summary>
    [Fact]
    public void The_page_has_what_is_printed()
    {
        var page = File.ReadAllText(Repository.Path("shared/SCALE.md"));
        var rows = ScaleReport.BySize("", SinkDesign.Now).Concat(ScaleReport.Scripts()).Where(line => line.StartsWith('|')).ToList();
        rows.Count.ShouldBe(9 + 5);
        foreach (var row in rows) page.ShouldContain(row);
    }

    [Fact]
    public void Ten_gigabytes_go_to_the_job_and_one_stays() =>
        new[] { 1e9, 1e10 }.Select(size => new SizedLanding(size, LoadRowWriter.PartAfter).IsHandedOver).ShouldBe([false, true]);
}

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
    public void Two_hundred_gigabytes_stay_below_all_limits_and_a_terabyte_is_too_many_load_jobs_of_a_table()
    {
        var landing = new SizedLanding(2e11, LoadRowWriter.PartAfter);
        landing.IsHandedOver.ShouldBeTrue();
        landing.Limits.ShouldNotBeEmpty();
        foreach (var (what, used, limit) in landing.Limits) used.ShouldBeLessThan(limit, what);
        new SizedLanding(2e11, SinkDesign.Before.PartAfter).Limits[0].Used.ShouldBeGreaterThan(Quotas.TableJobs);
        new SizedLanding(1e12, LoadRowWriter.PartAfter).Limits[0].What.ShouldBe("load jobs of one table a day");
        new SizedLanding(1e12, LoadRowWriter.PartAfter).Limits[0].Used.ShouldBeGreaterThan(Quotas.TableJobs);
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

using Landfall.Sinks.BigQuery;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Sinks;

/// <summary>How a large file is cut into load jobs: a table takes 1,500 a day.</summary>
public sealed class LoadRowWriterTests
{
    private const long MiB = 1 << 20, GiB = 1 << 30;

    [Theory]
    [InlineData(0, 8 * MiB)]
    [InlineData((2 * GiB) - 1, 8 * MiB)]
    [InlineData(2 * GiB, 16 * MiB)]
    [InlineData(4 * GiB, 32 * MiB)]
    [InlineData(8 * GiB, 64 * MiB)]
    [InlineData(1024 * GiB, 64 * MiB)]
    public void A_part_grows_with_what_was_written(long written, long part) => LoadRowWriter.PartAfter(written).ShouldBe((int)part);

    [Theory]
    [InlineData(2, 256)]
    [InlineData(8, 512)]
    [InlineData(69, 1488)]
    public void Parts_of_70_GiB_are_as_many_load_jobs_as_a_table_takes_a_day(long gibibytes, int jobs)
    {
        var parts = 0;
        for (var written = 0L; written < gibibytes * GiB; parts++) written += LoadRowWriter.PartAfter(written);
        parts.ShouldBe(jobs);
    }
}

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
    [InlineData(GiB - 1, 8 * MiB)]
    [InlineData(GiB, 16 * MiB)]
    [InlineData(8 * GiB, 128 * MiB)]
    [InlineData((24 * GiB) - 1, 256 * MiB)]
    [InlineData(24 * GiB, 384 * MiB)]
    [InlineData(1024 * GiB, 384 * MiB)]
    public void A_part_grows_with_what_was_written(long written, long part) => LoadRowWriter.PartAfter(written).ShouldBe((int)part);

    [Theory]
    [InlineData(512, 64)]
    [InlineData(24 * 1024, 416)]
    [InlineData(430 * 1024, 1500)]
    public void Parts_of_430_GiB_are_as_many_load_jobs_as_a_table_takes_a_day(long mebibytes, int most)
    {
        var parts = 0;
        for (var written = 0L; written < mebibytes * MiB; parts++) written += LoadRowWriter.PartAfter(written);
        parts.ShouldBeInRange(most * 99 / 100, most);
    }

    [Fact]
    public void What_is_held_at_once_has_an_upper_bound()
    {
        long Held(int part) => (LoadRowWriter.UnderWay(part) + 1L) * part;
        Held((int)(8 * MiB)).ShouldBe(32 * MiB);
        Held((int)(128 * MiB)).ShouldBe(512 * MiB);
        for (var written = 0L; written < 1024 * GiB; written += GiB / 4) Held(LoadRowWriter.PartAfter(written)).ShouldBeLessThanOrEqualTo(1152 * MiB);
    }
}

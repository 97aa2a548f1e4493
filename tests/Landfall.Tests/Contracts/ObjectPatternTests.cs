using System.Diagnostics;
using System.Text.RegularExpressions;
using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts;

public sealed class ObjectPatternTests
{
    [Theory]
    [InlineData("b/a.csv", "a.csv", true)]
    [InlineData("b/a.csv", "a.csv.gz", true)]
    [InlineData("b/a.csv", "a.csv.gz.gz", false)]
    [InlineData("b/a.csv", "a.csv.g", false)]
    [InlineData("b/a.csv", "A.csv", false)]
    [InlineData("b/a.csv", "axcsv", false)]
    [InlineData("b/a.csv", "x/a.csv", false)]
    [InlineData("b/a.csv", "a.csv\n", false)]
    [InlineData("b/*.csv", ".csv", true)]
    [InlineData("b/*.csv", "a.csv.csv", true)]
    [InlineData("b/*.csv", "x/a.csv", false)]
    [InlineData("b/*/*.csv", "x/a.csv", true)]
    [InlineData("b/x/*", "x/", true)]
    [InlineData("b/x/*", "x/a/b", false)]
    [InlineData("b/a_{date:yyyyMMdd}.csv", "a_20211107.csv", true)]
    [InlineData("b/a_{date:yyyyMMdd}.csv", "a_20211307.csv", false)]
    [InlineData("b/a_{date:yyyyMMdd}.csv", "a_2021110.csv", false)]
    [InlineData("b/a_{date:yyyyMMdd}.csv", "a_２０２１１１０７.csv", false)]
    [InlineData("b/a_{date:dd.MM.yyyy}.csv", "a_07.11.2021.csv", true)]
    [InlineData("b/a_{date:dd.MM.yyyy}.csv", "a_07-11-2021.csv", false)]
    [InlineData("b/*{date:yyyyMMdd}.csv", "20200101_20211107.csv", true)]
    [InlineData("b/*{date:yyyyMMdd}*.csv", "20211107_20211307.csv", true)]
    [InlineData("b/*_{date:yyyy-MM-dd}*", "9999-99-99_2021-11-07_x.csv", true)]
    public void Matches_whole_names(string pattern, string name, bool matches)
    {
        var parsed = ObjectPattern.Parse(pattern);

        parsed.Matches("b", name, out var date).ShouldBe(matches);
        date.ShouldBe(matches && parsed.HasDate ? new DateOnly(2021, 11, 7) : null);
        parsed.Matches("c", name, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("b/a.csv", "b/a.csv", true)]
    [InlineData("b/a.csv", "c/a.csv", false)]
    [InlineData("b/a.csv", "b/a.csv.gz", true)]
    [InlineData("b/a_{date:yyyyMMdd}.csv", "b/a.csv", false)]
    [InlineData("b/a_{date:yyyyMMdd}.csv", "b/a_{date:yyyy-MM-dd}.csv", false)]
    [InlineData("b/a_{date:yyyyMMdd}.csv", "b/a_{date:ddMMyyyy}.csv", true)]
    [InlineData("b/a_{date:yyyyMMdd}.csv", "b/a_*", true)]
    [InlineData("b/a_{date:yyyyMMdd}.csv", "b/*/a.csv", false)]
    [InlineData("b/a*.csv", "b/*b.csv", true)]
    [InlineData("b/a*", "b/*.csv", true)]
    [InlineData("b/x/*", "b/*/y", true)]
    [InlineData("b/x*", "b/x/y", false)]
    public void Two_patterns_overlap_when_one_name_matches_both(string one, string other, bool overlap)
    {
        ObjectPattern.Parse(one).Overlaps(ObjectPattern.Parse(other)).ShouldBe(overlap);
        ObjectPattern.Parse(other).Overlaps(ObjectPattern.Parse(one)).ShouldBe(overlap);
    }

    [Theory]
    [InlineData("drop-zone/hiring/*.csv", "drop-zone/hiring/sub/jobs_{date:yyyyMMdd}.csv", true)]
    [InlineData("catalog/product_{date:yyyyMMdd}.csv", "catalog/product_catalog_{date:yyyyMMdd}.csv", true)]
    [InlineData("drop-zone/shop/clicks/{date:yyyyMMdd}.csv", "drop-zone/shop/orders_{date:yyyyMMdd}.csv", false)]
    [InlineData("drop-zone/shop/clicks/{date:yyyyMMdd}.csv", "drop-zone/shop/clicks/{date:yyyyMMdd}.ndjson", false)]
    [InlineData("drop-zone/shop/*.csv", "drop-zone/other/a.csv", false)]
    [InlineData("drop-zone/shop/*.csv", "drop-zone/shop/deep/a.csv", true)]
    public void BigQuerys_star_has_no_bounds(string external, string other, bool reads) => ObjectPattern.Parse(external).MayReadToo(ObjectPattern.Parse(other)).ShouldBe(reads);

    /// <summary>
    /// Against all short names and a regular expression: patterns of up to four steps that share a name share one of at most seven letters.
    /// </summary>
    [Fact]
    public void Overlap_and_match_are_what_a_search_over_all_names_finds()
    {
        var random = new Random(20211107);
        var names = Enumerable.Range(0, 8).SelectMany(Names).ToArray();
        var (meeting, apart) = (0, 0);

        for (var round = 0; round < 300; round++)
        {
            var (one, oneRegex) = Shape(random);
            var (other, otherRegex) = Shape(random);
            var ours = names.Where(name => oneRegex.IsMatch(name)).ToHashSet();
            var theirs = names.Where(name => otherRegex.IsMatch(name)).ToHashSet();

            names.Where(name => one.Fits(name, "a", _ => true)).ToHashSet().SetEquals(ours).ShouldBeTrue($"{oneRegex}");
            var meet = ours.Overlaps(theirs);
            one.Meets(other, "a").ShouldBe(meet, $"{oneRegex} and {otherRegex}");
            if (meet) meeting++;
            else apart++;
        }

        meeting.ShouldBeGreaterThan(50);
        apart.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void Many_runs_do_not_make_it_slow()
    {
        var runs = ObjectPattern.Parse("b/" + string.Concat(Enumerable.Repeat("*a", 500)));
        var others = ObjectPattern.Parse("b/" + string.Concat(Enumerable.Repeat("*b", 500)) + "c");
        var clock = Stopwatch.StartNew();

        runs.Matches("b", new string('a', 1000) + "b", out _).ShouldBeFalse();
        runs.Matches("b", new string('a', 1_000_000), out _).ShouldBeFalse("no object has so long a name");
        runs.Overlaps(others).ShouldBeFalse();
        runs.Distance("b", new string('b', 1000)).ShouldBe(500);

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    private static IEnumerable<string> Names(int length) =>
        length == 0 ? [""] : Names(length - 1).SelectMany(name => new[] { name + 'a', name + '1', name + '/' });

    private static (NameShape, Regex) Shape(Random random)
    {
        var shape = new NameShape();
        var regex = @"\A";
        for (var steps = random.Next(1, 5); steps > 0; steps--)
        {
            switch (random.Next(5))
            {
                case 0:
                    shape.Run();
                    regex += "[^/]*";
                    break;
                case 1:
                    shape.Digit();
                    regex += "[0-9]";
                    break;
                case 2:
                    shape.Letter('/');
                    regex += "/";
                    break;
                default:
                    shape.Letter('a');
                    regex += "a";
                    break;
            }
        }
        return (shape, new Regex(regex + @"(a)?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture));
    }

    [Theory]
    [InlineData("drop-zone/people/people_{date:yyyyMMdd}.csv", "people/people_20240105.csv")]
    [InlineData("b/{date:dd-MM-yyyy}/*_*.csv", "05-01-2024/1_1.csv")]
    [InlineData("b/plain.csv", "plain.csv")]
    public void A_sample_matches(string pattern, string sample)
    {
        var parsed = ObjectPattern.Parse(pattern);

        parsed.Sample(new(2024, 1, 5)).ShouldBe(sample);
        parsed.Matches(parsed.Bucket, sample, out _).ShouldBeTrue();
    }
}

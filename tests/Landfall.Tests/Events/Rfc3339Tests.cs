using Landfall.Events;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Events;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-01-31T20:00:00Z", "2026-01-31T20:00:00.0000000+00:00")]
    [InlineData("2026-01-31t20:00:00z", "2026-01-31T20:00:00.0000000+00:00")]
    [InlineData("2026-01-31T20:00:00.5Z", "2026-01-31T20:00:00.5000000+00:00")]
    [InlineData("2026-01-31T20:00:00.123456789Z", "2026-01-31T20:00:00.1234567+00:00")]
    [InlineData("2026-01-31T20:00:00.123456789-05:00", "2026-01-31T20:00:00.1234567-05:00")]
    [InlineData("2024-02-29T00:00:00+14:00", "2024-02-29T00:00:00.0000000+14:00")]
    public void Reads(string text, string expected)
    {
        Rfc3339.TryParse(text, out var time).ShouldBeTrue();
        time.ToString("O").ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31T20:00:00")]
    [InlineData("2026-01-31T20:00:00.Z")]
    [InlineData("2026-01-31 20:00:00Z")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("31/01/2026 20:00:00")]
    [InlineData("2026-01-31T20:00:00+99:00")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    public void Refuses(string text) => Rfc3339.TryParse(text, out _).ShouldBeFalse();
}

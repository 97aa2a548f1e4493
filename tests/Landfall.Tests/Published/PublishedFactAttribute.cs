using Xunit;

namespace Landfall.Tests.Published;

/// <summary>A test of programs as they are deployed; skipped where <c>TESTS_PROGRAMS</c> names no folder of them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PublishedFactAttribute : FactAttribute
{
    public PublishedFactAttribute()
    {
        if (PublishedCloud.Programs is null) Skip = "TESTS_PROGRAMS names no folder with published programs (tests/README.md)";
    }
}

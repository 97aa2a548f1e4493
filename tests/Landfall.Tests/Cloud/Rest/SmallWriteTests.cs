using Landfall.Cloud;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Cloud.Rest;

/// <summary>Our own REST client writes what is small in one request, which without a precondition is not repeatable.</summary>
public sealed class SmallWriteTests
{
    [Fact]
    public async Task What_may_have_been_written_is_not_written_again()
    {
        await using var service = await ScriptedService.StartAsync();
        using var http = new HttpClient();
        var waits = new RecordedWaits();
        service.Answer(503);
        var storage = new CloudStorage(service.Address, http, waits, new Random(1));
        await Should.ThrowAsync<RetryException>(() => storage.WriteAsync("b", "x", new byte[1], "text/plain"));
        service.Asked.ShouldHaveSingleItem();
        waits.Waits.ShouldBeEmpty();
    }
}

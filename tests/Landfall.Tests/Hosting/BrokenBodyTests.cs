using Landfall.Hosting;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Hosting;

/// <summary>What Kestrel itself says of such a chunk, and what becomes of it, is seen at the servers (<see cref="Attacks.RequestTests"/>).</summary>
public sealed class BrokenBodyTests
{
    [Fact]
    public void A_chunk_whose_size_is_no_number_is_the_senders_fault() =>
        BrokenBody.Of(new IOException("Bad chunk size data.", new OverflowException()))!.StatusCode.ShouldBe(StatusCodes.Status400BadRequest);

    /// <summary>The sender would be told that the body is at fault, and nobody would look at the disk.</summary>
    [Fact]
    public void Another_overflow_is_none_of_the_bodys() => BrokenBody.Of(new IOException("The file is too long.", new OverflowException())).ShouldBeNull();
}

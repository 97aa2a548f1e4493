using Landfall.Hosting;
using Microsoft.AspNetCore.Http;

namespace Landfall.Tests.Hosting;

/// <summary>An HTTP function that does what its test says.</summary>
public sealed class TestHttpFunction(Func<HttpContext, Task> handle) : IHttpFunction
{
    public Task HandleAsync(HttpContext context) => handle(context);
}

using Microsoft.AspNetCore.Http;

namespace Landfall.Hosting;

/// <summary>A function that answers HTTP requests itself: the Functions Framework's own shape.</summary>
public interface IHttpFunction
{
    Task HandleAsync(HttpContext context);
}

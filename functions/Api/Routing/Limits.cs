using Landfall.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Landfall.Rest.Routing;

/// <summary>How large a request may be, and how long it may take.</summary>
internal sealed class Limits(Settings settings)
{
    /// <summary>Bytes of a body: Cloud Run takes no more (https://cloud.google.com/run/quotas#request_limits).</summary>
    public const long MaxBody = 32 << 20;

    /// <summary>Characters of path and query together.</summary>
    public const int MaxLine = 8000;

    /// <summary>Characters of all headers.</summary>
    public const int MaxHeaders = 16_000;

    /// <exception cref="ProblemException">413, 414 or 431.</exception>
    public static void Check(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength > MaxBody) throw TooLarge();
        // A body that does not say its length is counted as it comes.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body) body.MaxRequestBodySize = MaxBody;
        if (context.Features.Get<IHttpRequestFeature>()!.RawTarget.Length is > MaxLine and var line)
            throw new ProblemException(StatusCodes.Status414UriTooLong, $"Path and query have {line} characters; at most {MaxLine} are taken", "use fewer filters, or shorter lists in them");
        var headers = 0;
        foreach (var (name, values) in request.Headers) headers += name.Length + values.ToString().Length;
        if (headers > MaxHeaders) throw new ProblemException(StatusCodes.Status431RequestHeaderFieldsTooLarge, $"The headers have {headers} characters; at most {MaxHeaders} are taken", "leave out what is not needed: cookies, say");
    }

    /// <summary>Ends with the request, or when its time is over.</summary>
    public CancellationTokenSource Timeout(HttpContext context)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        source.CancelAfter(settings.Timeout);
        return source;
    }

    public static ProblemException TooLarge() => new(
        StatusCodes.Status413PayloadTooLarge, $"The body is larger than {MaxBody >> 20} MiB", "put the file into the drop zone's bucket, where it may have any size, or send it in parts");
}

using Landfall.Hosting;
using Landfall.Rest.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Landfall.Rest.Writing.Uploads;

/// <summary>The files of a multipart/form-data request (RFC 7578), spooled as they come.</summary>
internal sealed class UploadForm : IDisposable
{
    private const int MaxFiles = 100, MaxBoundary = 70;

    private readonly List<SpooledFile> _files = [];

    /// <summary>In their order in the request. Never empty.</summary>
    public IReadOnlyList<SpooledFile> Files => _files;

    /// <exception cref="ProblemException">415: it is no such form. 400: it can not be read, or holds no file. 413: it is too large.</exception>
    public static async Task<UploadForm> ReadAsync(ApiRequest request)
    {
        var reader = new MultipartReader(Boundary(request.Http.Request), request.Http.Request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 8 * 1024 };
        var form = new UploadForm();
        try
        {
            while (await reader.ReadNextSectionAsync(request.Cancellation) is { } section)
            {
                var name = FileName(section);
                if (form._files.Count == MaxFiles) throw ProblemException.Bad($"The form holds more than {MaxFiles} files", "send several requests");
                form._files.Add(await SpooledFile.WriteAsync(name, section.Body, request.Cancellation));
            }
            return form._files.Count > 0 ? form : throw ProblemException.Bad("The form holds no file", "send each file as a part with a filename: curl -F file=@departments.csv");
        }
        catch (Exception e)
        {
            form.Dispose();
            // A body that ends too early, and headers that are none; what Kestrel itself says of a body has a status of its own.
            if (e is not BadHttpRequestException && e is IOException or InvalidDataException) throw ProblemException.Bad("The form can not be read: a part of it is broken, or it ends before its last boundary", "was it cut short?");
            throw;
        }
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private static string Boundary(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, $"The body's Content-Type is {ProblemException.Shown(request.ContentType ?? "not said")}; multipart/form-data is taken here", "curl -F file=@departments.csv sends it")
            {
                Headers = [("Accept", "multipart/form-data")],
            };
        }
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= MaxBoundary ? boundary : throw ProblemException.Bad($"The Content-Type's boundary must have 1 to {MaxBoundary} characters");
    }

    private static string FileName(MultipartSection section)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) throw ProblemException.Bad("A part of the form has no Content-Disposition that can be read");
        var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();
        if (name.Length == 0)
            throw ProblemException.Bad($"The part {ProblemException.Shown(HeaderUtilities.RemoveQuotes(disposition.Name).ToString())} has no filename, and so names no table", "send each file as departments.csv: curl -F file=@departments.csv");
        return name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Landfall.Web.Local;
using Landfall.Web.Pages;
using Landfall.Web.Reading;
using Landfall.Contracts;
using Landfall.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Landfall.Web;

/// <summary>Writes pages.</summary>
internal sealed class PageWriter(IServiceProvider services, Settings settings, ContractSet contracts, ILoggerFactory logs)
{
    private static readonly byte[] Style = Read("style.css"), Icon = Read("icon.svg");

    /// <summary>Of the style sheet: another one has another address, and so nobody shows an old one.</summary>
    private static readonly string StyleVersion = Convert.ToHexStringLower(SHA256.HashData(Style))[..12];

    /// <summary>No script runs in a page, whoever may have written it, and nothing comes from elsewhere.</summary>
    public static void Protect(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "private, no-store";
    }

    /// <summary>What is the same for everybody.</summary>
    /// <returns>Whether the path is of such a file.</returns>
    public static async Task<bool> SendFileAsync(PageRequest page)
    {
        var (content, type) = page.Path switch
        {
            ["style.css"] => (Style, "text/css; charset=utf-8"),
            ["icon.svg"] => (Icon, "image/svg+xml"),
            _ => (null, ""),
        };
        if (content is null) return false;
        page.Http.Response.ContentType = type;
        page.Http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        await page.Http.Response.Body.WriteAsync(content, page.Cancellation);
        return true;
    }

    public Task SendAsync(PageRequest page, ProblemException problem)
    {
        page.Http.Response.StatusCode = problem.Status;
        foreach (var (name, value) in problem.Headers) page.Http.Response.Headers[name] = value;
        if (problem.Status == StatusCodes.Status401Unauthorized) page.Http.Response.Headers.WWWAuthenticate = "Bearer";
        return SendAsync(page, Sheet.Of<ProblemView, ProblemException>(problem.Status.ToString(CultureInfo.InvariantCulture), "", problem));
    }

    public async Task SendAsync(PageRequest page, Sheet sheet)
    {
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(Shell.Sheet)] = sheet,
            [nameof(Shell.Links)] = page.Links,
            [nameof(Shell.Style)] = $"{page.Links.Base}/style.css?{StyleVersion}",
            [nameof(Shell.Place)] = settings.Environment is { } environment ? $"{settings.Project} · {environment}" : settings.Project,
            [nameof(Shell.Who)] = page.Caller.Email,
            [nameof(Shell.HasCosts)] = settings.Costs is not null,
            [nameof(Shell.IsLocal)] = services.GetService<ILocalCloud>() is not null,
            [nameof(Shell.Matrices)] = contracts.All.Where(contract => MatrixReader.TableOf(contract) is not null && Readers.MayRead(page.Caller, contract)).Select(contract => contract.Id).ToList(),
        });
        await using var renderer = new HtmlRenderer(services, logs);
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<Shell>(parameters)).ToHtmlString());
        var bytes = Encoding.UTF8.GetBytes(html);
        page.Http.Response.ContentType = "text/html; charset=utf-8";
        page.Http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(page.Http.Request.Method)) await page.Http.Response.Body.WriteAsync(bytes, page.Cancellation);
    }

    private static byte[] Read(string name)
    {
        using var file = typeof(PageWriter).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}

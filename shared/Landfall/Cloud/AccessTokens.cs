using System.Net.Http.Headers;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;

namespace Landfall.Cloud;

/// <summary>
/// Credentials by Google's application default, for one service. They travel over https to that service's own address and nowhere else: the local
/// cloud, on plain http, asks for none and gets none.
/// </summary>
internal sealed class AccessTokens(Uri endpoint, string scope)
{
    private ITokenAccess? _credential;

    public async Task AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var to = request.RequestUri!;
        if (to.Scheme != Uri.UriSchemeHttps || to.Authority != endpoint.Authority) return;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(cancellationToken));
    }

    /// <summary>A token that has not expired: the library below keeps one and renews it.</summary>
    /// <exception cref="RetryException">There is none to be had.</exception>
    public async ValueTask<string> TokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            _credential ??= (await GoogleCredential.GetApplicationDefaultAsync(cancellationToken)).CreateScoped(scope);
            return await _credential.GetAccessTokenForRequestAsync(cancellationToken: cancellationToken);
        }
        catch (Exception e) when (e is InvalidOperationException or TokenResponseException or HttpRequestException)
        {
            throw None(endpoint.Authority, e);
        }
    }

    /// <param name="service">Who asks for one.</param>
    /// <param name="e">Why there is none.</param>
    public static RetryException None(string service, Exception e) =>
        new($"No access token for {service}: {e.Message}", "Attach a service account to the service, or run `gcloud auth application-default login` on a workstation.", e);
}

using System.Net.Http.Headers;
using System.Text.Json;

namespace Landfall.Cloud;

/// <summary>Cloud Run over its REST API: jobs are started, and nobody waits for them. Safe for concurrent use.</summary>
public sealed class CloudRun
{
    private readonly GoogleApi _api;

    /// <param name="endpoint">Where it answers. Credentials (Google's application default) are sent over https only.</param>
    /// <param name="http">Shared by whoever likes.</param>
    /// <param name="clock">Time.</param>
    /// <param name="jitter">Spreads the retries of many instances.</param>
    public CloudRun(Uri endpoint, HttpClient http, TimeProvider clock, Random jitter) =>
        _api = new GoogleApi("Cloud Run", "https://www.googleapis.com/auth/cloud-platform", endpoint, http, clock, jitter, missing: "Make the job, or check LANDFALL_LARGE_JOB.");

    /// <summary>Starts a job with arguments of its own (https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs/run).</summary>
    /// <param name="job"><c>projects/…/locations/…/jobs/…</c>.</param>
    /// <param name="arguments">Instead of those that it has.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="RetryException">It has not started, as far as anybody knows: an answer may be lost.</exception>
    public async Task StartAsync(string job, IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        var body = Body(arguments);
        using var response = await _api.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, _api.Uri($"/v2/{job}:run")) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } },
            repeatable: false, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw await _api.RefusedAsync(response, $"starting {job}", "run.jobs.runWithOverrides (roles/run.jobsExecutorWithOverrides)", cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Body(IReadOnlyList<string> arguments)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("overrides");
            json.WriteStartArray("containerOverrides");
            json.WriteStartObject();
            json.WriteStartArray("args");
            foreach (var argument in arguments) json.WriteStringValue(argument);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }
}

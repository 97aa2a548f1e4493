using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Landfall.Events;
using Landfall.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Hosting;

/// <summary>An event's span and metrics arrive at a real OTLP receiver, over http/protobuf, once the program ends.</summary>
public sealed class TelemetryTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task A_span_that_continues_the_senders_trace_and_a_metric_are_sent()
    {
        var received = new ConcurrentDictionary<string, byte[]>();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var collector = builder.Build();
        collector.Run(async context =>
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.AddOrUpdate($"{context.Request.Path} {context.Request.ContentType}", body.ToArray(), (_, before) => [.. before, .. body.ToArray()]);
            context.Response.ContentType = "application/x-protobuf";
        });
        await collector.StartAsync();
        // OpenTelemetry reads its variables from the process; nobody else in these tests does.
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single());
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        try
        {
            await using var served = await Served.StartAsync<StorageObjectData>(
                (_, _, _) => Task.CompletedTask, new() { OtlpEndpoint = new(collector.Urls.Single()), Service = "drop-zone-load" });
            _ = served.App.Services.GetRequiredService<TelemetryExport>();
            using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(Served.Resource) };
            request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
            using var response = await served.Client.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            served.Log.Only("INFO").GetProperty("logging.googleapis.com/trace").GetString().ShouldBe($"projects/p1/traces/{Trace}");
        }
        finally
        {
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", null);
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", null);
        }

        var traces = received["/v1/traces application/x-protobuf"];
        traces.AsSpan().IndexOf(Convert.FromHexString(Trace)).ShouldBeGreaterThan(0);
        traces.AsSpan().IndexOf(Convert.FromHexString("b7ad6b7169203331")).ShouldBeGreaterThan(0);
        traces.AsSpan().IndexOf("drop-zone-load"u8).ShouldBeGreaterThan(0);
        var metrics = Encoding.Latin1.GetString(received["/v1/metrics application/x-protobuf"]);
        metrics.ShouldContain("landfall.events");
        metrics.ShouldContain("landfall.event.duration");
        metrics.ShouldContain("outcome");
    }

    [Fact]
    public void Without_the_setting_nothing_is_sent()
    {
        using var export = new TelemetryExport(new());

        Telemetry.Source.HasListeners().ShouldBeFalse();
    }
}

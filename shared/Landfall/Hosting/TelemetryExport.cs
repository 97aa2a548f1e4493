using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Landfall.Hosting;

/// <summary>
/// Sends spans and metrics over OTLP, when <see cref="Settings.OtlpEndpoint"/> is set; all else (protocol, headers, sampling, interval) OpenTelemetry
/// reads from its own variables. Disposing sends what is left. One a process: two would send everything twice.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    public TelemetryExport(Settings settings)
    {
        if (settings.OtlpEndpoint is null) return;
        var resource = ResourceBuilder.CreateEmpty()
            .AddService(settings.Service ?? Assembly.GetEntryAssembly()?.GetName().Name ?? Telemetry.Name)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Telemetry.Name).AddOtlpExporter().Build();
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Telemetry.Name).AddOtlpExporter().Build();
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }
}

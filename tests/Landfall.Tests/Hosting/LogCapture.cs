using System.Text;
using System.Text.Json;
using Landfall.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Landfall.Tests.Hosting;

/// <summary>The host's JSON lines in memory, in place of standard output.</summary>
internal sealed class LogCapture : MemoryStream
{
    public string Text
    {
        get
        {
            lock (this) return Encoding.UTF8.GetString(ToArray());
        }
    }

    public IReadOnlyList<JsonElement> Lines =>
        [.. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The only line of this severity.</summary>
    public JsonElement Only(string severity) => Lines.Single(line => line.GetProperty("severity").GetString() == severity);

    public void Register(IServiceCollection services)
    {
        services.RemoveAll<ILoggerProvider>();
        services.AddSingleton<ILoggerProvider>(provider => new LogProvider(this, json: true, "p1", provider.GetRequiredService<TimeProvider>()));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (this) base.Write(buffer);
    }
}

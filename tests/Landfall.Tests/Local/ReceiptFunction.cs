using System.Collections.Concurrent;
using System.Text;
using Landfall.Events;
using Landfall.Hosting;

namespace Landfall.Tests.Local;

/// <summary>A function that only writes a receipt, by Cloud Storage's API. The first event of each object fails.</summary>
public sealed class ReceiptFunction(Settings settings) : ICloudEventFunction<StorageObjectData>
{
    private static readonly ConcurrentDictionary<string, int> Events = new();

    public async Task HandleAsync(CloudEvent cloudEvent, StorageObjectData data, CancellationToken cancellationToken)
    {
        var source = $"{data.Bucket}/{data.Name}#{data.Generation}";
        if (Events.AddOrUpdate(source + settings.StorageEndpoint, 1, (_, count) => count + 1) == 1)
        {
            throw new RetryException("The first time never works.");
        }

        var outcome = data.Name.Contains("bad", StringComparison.Ordinal) ? "refused" : "landed";
        using var http = new HttpClient();
        using var receipt = new StringContent(
            $$"""{"outcome":"{{outcome}}","contract":"people","source":"{{source}}","rows":{"read":5,"landed":4,"rejected":1} }""", Encoding.UTF8);
        var path = $"/upload/storage/v1/b/receipts/o?uploadType=media&name={Uri.EscapeDataString(data.Name)}.json";
        using var answer = await http.PostAsync(new Uri(settings.StorageEndpoint, path), receipt, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}

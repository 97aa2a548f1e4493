using System.Text.Json;

namespace Landfall.Local.Bloomreach;

/// <summary>The body of an export, written as it is made.</summary>
internal static class ExportBody
{
    private const int Piece = 32 * 1024;

    /// <param name="body">Where to.</param>
    /// <param name="customers">Whose.</param>
    /// <param name="request">What of them.</param>
    /// <param name="failAfter">Customers after which it says that it has failed; null for never.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task WriteAsync(Stream body, StandInCustomers customers, ExportRequest request, int? failAfter, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        if (failAfter is null) json.WriteBoolean("success", true);
        json.WriteStartArray(request.Native ? "fields" : "header");
        foreach (var (name, isId) in request.Attributes) Field(json, name, isId, request.Native);
        json.WriteEndArray();
        json.WriteStartArray(request.Native ? "data" : "rows");
        for (var number = 1; number <= Math.Min(customers.Count, failAfter ?? int.MaxValue); number++)
        {
            json.WriteStartArray();
            foreach (var (name, _) in request.Attributes) customers.WriteTo(json, number, name);
            json.WriteEndArray();
            if (json.BytesPending > Piece) await json.FlushAsync(cancellationToken);
        }
        json.WriteEndArray();
        if (failAfter is not null)
        {
            json.WriteBoolean("success", false);
            json.WriteString("error", "by order");
        }
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }

    private static void Field(Utf8JsonWriter json, string name, bool isId, bool native)
    {
        if (!native)
        {
            json.WriteStringValue(name);
            return;
        }
        json.WriteStartObject();
        json.WriteString(isId ? "id" : "property", name);
        json.WriteString("type", isId ? "id" : "property");
        json.WriteEndObject();
    }
}

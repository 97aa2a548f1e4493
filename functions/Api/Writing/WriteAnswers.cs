using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Landfall.Rest.Writing.Rows;
using Landfall.Rows;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Landfall.Rest.Writing;

/// <summary>The answers' bodies, as a receipt would say it.</summary>
internal static class WriteAnswers
{
    /// <summary>Rows have landed.</summary>
    public static WriteAnswer Landed(int status, WriteRequest write, RowBatch batch, IReadOnlyList<(string, string)> headers)
    {
        return new(status) { Headers = [("Content-Type", "application/json"), .. headers], Body = Json(json =>
        {
            json.WriteString("outcome", write.Prefer.DryRun ? "rolled back" : "landed");
            json.WriteString("table", write.Table.Api.Name);
            // As text: JSON's numbers end at 2^53.
            if (!write.Prefer.DryRun) json.WriteString("landingId", write.Source.Version.LandingId.ToString(CultureInfo.InvariantCulture));
            Rows(json, batch, batch.Rows.Count);
            Rejects(json, batch.Rejects);
        }) };
    }

    /// <summary>Nothing has: a problem (RFC 9457) with an entry a bad row.</summary>
    /// <param name="alone">Whether the row was sent by itself.</param>
    public static WriteAnswer Refused(WriteRequest write, RowBatch batch, bool alone, bool merges)
    {
        var rejects = batch.Rejects;
        var taken = alone && batch.Collides;
        var status = taken ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity;
        var detail = alone ? rejects[0].Reason : $"{rejects.Count} of {batch.Read} rows break the contract {write.Table.Contract.Id}; nothing was written";
        var hint = taken && rejects[0].Rule == "primaryKey" && merges ? "Prefer: resolution=merge-duplicates puts the row in the place of the one that stands"
            : alone ? "mend the row and send it again" : "mend the rows that are named, or leave them out; POST /bulk takes the others";
        return new(status) { Headers = [("Content-Type", "application/problem+json"), .. Applied(write, merges)], Body = Json(json =>
        {
            json.WriteString("type", "about:blank");
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteString("hint", hint);
            json.WriteString("table", write.Table.Api.Name);
            Rows(json, batch, 0);
            Rejects(json, rejects);
        }) };
    }

    /// <summary>The header that says which preferences were followed.</summary>
    public static IEnumerable<(string, string)> Applied(WriteRequest write, bool merges, bool represents = false)
    {
        if (write.Prefer.Applied(merges, represents) is { } applied) yield return ("Preference-Applied", applied);
    }

    /// <summary>An object.</summary>
    public static byte[] Json(Action<Utf8JsonWriter> members)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    private static void Rows(Utf8JsonWriter json, RowBatch batch, int landed)
    {
        json.WriteStartObject("rows");
        json.WriteNumber("read", batch.Read);
        json.WriteNumber("landed", landed);
        json.WriteNumber("rejected", batch.Rejects.Count);
        json.WriteNumber("collapsed", batch.Collapsed);
        json.WriteEndObject();
    }

    /// <summary>Never with a value: who sent it knows it.</summary>
    private static void Rejects(Utf8JsonWriter json, IReadOnlyList<Reject> rejects)
    {
        json.WriteStartArray("rejects");
        foreach (var reject in rejects)
        {
            json.WriteStartObject();
            json.WriteNumber("index", reject.Line);
            json.WriteString("column", reject.Column);
            json.WriteString("rule", reject.Rule);
            json.WriteString("reason", reject.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

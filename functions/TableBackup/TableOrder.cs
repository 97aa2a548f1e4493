using System.Text.Json;
using Landfall.Backups;
using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Hosting.Access;
using Microsoft.AspNetCore.Http;

namespace Landfall.Functions;

/// <summary>What a request asks for.</summary>
/// <param name="IsRestore">Else a backup.</param>
/// <param name="Contract">The contract that declares the table.</param>
/// <param name="Table">Of which table.</param>
/// <param name="Backup">From which backup; null for the newest.</param>
internal sealed record TableOrder(bool IsRestore, Contract Contract, Table Table, string? Backup)
{
    private const int MaxBytes = 16 * 1024;

    /// <exception cref="BadHttpRequestException">It can not be read; the message is for the caller.</exception>
    /// <exception cref="ProblemException">The caller may not.</exception>
    public static async Task<TableOrder> ReadAsync(HttpContext context, ContractSet contracts, Caller caller)
    {
        var path = context.Request.Path.Value;
        if (path is not ("/backup" or "/restore")) throw new BadHttpRequestException("There is nothing here; expected POST /backup or POST /restore.", StatusCodes.Status404NotFound);
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            throw new BadHttpRequestException($"{path} takes POST only, with a body such as {{\"table\":\"hiring.departments\"}}.", StatusCodes.Status405MethodNotAllowed);
        }
        var members = await MembersAsync(context.Request, path == "/restore" ? ["table", "backup"] : ["table"]);
        var name = members.GetValueOrDefault("table") ?? throw new BadHttpRequestException($"The body has no 'table'; {Expected(path)}.");
        var (contract, table) = BackedUpTables.Find(contracts, name) is { } found && Readable(caller, found) ? found
            : throw new BadHttpRequestException($"There is no such table; there are {string.Join(", ", BackedUpTables.Of(contracts).Where(known => Readable(caller, known)).Select(known => known.Table))}.", StatusCodes.Status404NotFound);
        // What a restore takes back, and what a backup costs, is a writer's business.
        if (!caller.HasOneOf(TableRoles.Writers(contract, table))) throw new ProblemException(StatusCodes.Status403Forbidden, $"You may not write {table}", $"its contract's roles say who may; LANDFALL_API_ROLES says who has them");
        return new(path == "/restore", contract, table, members.GetValueOrDefault("backup"));
    }

    private static bool Readable(Caller caller, (Contract Contract, Table Table) table) => caller.HasOneOf(TableRoles.Readers(table.Contract, table.Table));

    private static async Task<Dictionary<string, string>> MembersAsync(HttpRequest request, string[] known)
    {
        var path = request.Path.Value!;
        try
        {
            using var json = JsonDocument.Parse(await BytesAsync(request));
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new BadHttpRequestException($"The body is no JSON object; {Expected(path)}.");
            var members = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var member in json.RootElement.EnumerateObject())
            {
                if (!known.Contains(member.Name)) throw new BadHttpRequestException($"The body has a member that {path} does not know; {Expected(path)}.");
                if (member.Value.ValueKind != JsonValueKind.String) throw new BadHttpRequestException($"'{member.Name}' is no text; {Expected(path)}.");
                if (!members.TryAdd(member.Name, member.Value.GetString()!)) throw new BadHttpRequestException($"'{member.Name}' stands twice; {Expected(path)}.");
            }
            return members;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter for text that is not UTF-8.
            throw new BadHttpRequestException($"The body is no JSON; {Expected(path)}.", e);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> BytesAsync(HttpRequest request)
    {
        var bytes = new byte[MaxBytes + 1];
        var read = await request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        return read <= MaxBytes ? bytes.AsMemory(0, read) : throw new BadHttpRequestException($"The body has more than {MaxBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
    }

    private static string Expected(string path) => path == "/restore"
        ? "expected {\"table\":\"hiring.departments\"}, and where it is not the newest {\"table\":…,\"backup\":\"20240105T030000.000Z\"}"
        : "expected {\"table\":\"hiring.departments\"}";
}

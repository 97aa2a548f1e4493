using Landfall.Hosting;
using Landfall.Rest.Reading;
using Landfall.Rest.Routing;
using Microsoft.AspNetCore.Http;
using Npgsql;
using NpgsqlTypes;

namespace Landfall.Rest.Writing;

/// <summary>The one row that a path names.</summary>
/// <param name="key">One value a column of the key, as a parameter without a type has it.</param>
internal sealed class RowAddress(WritableTable table, IReadOnlyList<string> key)
{
    public WritableTable Table { get; } = table;

    public IReadOnlyList<string> Key { get; } = key;

    /// <exception cref="ProblemException">400, 403, 404 or 405.</exception>
    public static RowAddress Of(ApiRequest request, WritableTables tables)
    {
        var table = tables.Find(request.Value("table"), request);
        return new(table, KeyReader.Read(table.Api, request.Values["key"]));
    }

    /// <summary>Locks the contract's head and finds the row's version, if there is one; the caller's conditions hold for it.</summary>
    /// <exception cref="ProblemException">412: they do not.</exception>
    public async Task<uint?> FindAsync(WriteTransaction transaction, HttpRequest request)
    {
        await transaction.LockAsync();
        await using var command = new NpgsqlCommand(Table.Sql.Find, transaction.Connection, transaction.Transaction);
        AddKey(command.Parameters);
        var version = (uint?)await command.ExecuteScalarAsync(transaction.Cancellation);
        Preconditions.Check(request, version);
        return version;
    }

    public ProblemException Missing() => new(StatusCodes.Status404NotFound, $"{Table.Api.Name} has no row of that key");

    /// <summary>The key as parameters; the server takes the columns' types for them.</summary>
    public void AddKey(NpgsqlParameterCollection parameters)
    {
        foreach (var value in Key) parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Unknown });
    }
}

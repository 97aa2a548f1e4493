using Landfall.Contracts;
using Landfall.Hosting;
using Landfall.Rest.Tables;
using Landfall.Rest.Writing.Rows;
using Landfall.Sinks;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Landfall.Rest.Writing;

/// <summary>A table that requests may write, and how its rows are read there: by the names of its columns, with dates as they are shown.</summary>
internal sealed class WritableTable
{
    /// <exception cref="ProblemException">405: the table follows a file.</exception>
    public WritableTable(ApiTable api)
    {
        Check(api.Contract, api.Name);
        Api = api;
        var columns = api.Table.Columns.Select(Written).ToList();
        Table = api.Table with
        {
            Section = null,
            Columns = columns,
            Key = [.. api.Table.Key.Select(key => columns.First(column => column.Name == key.Name))],
        };
        Feed = Feed.Of([Table])[0];
        Sql = new(Table);
    }

    public ApiTable Api { get; }

    public Contract Contract => Api.Contract;

    /// <summary>The contract's, but for where its columns read their cells.</summary>
    public Table Table { get; }

    /// <summary>What a row is read as.</summary>
    public Feed Feed { get; }

    public WriteSql Sql { get; }

    /// <summary>The statements that look at the whole table, within a landing; the other rules are about what a file brings.</summary>
    public IReadOnlyList<QualityRule> Quality => [.. Table.Quality.Where(rule => rule.Query is not null)];

    /// <summary>The part of a row that has some of its columns.</summary>
    /// <param name="names">Of columns, and perhaps others; the key's are in it in any case.</param>
    public Feed Part(IReadOnlySet<string> names) => Feed.Of([Table with { Columns = [.. Table.Columns.Where(column => names.Contains(column.Name.Name) || Table.Key.Contains(column))] }])[0];

    /// <summary>Gives a statement of <see cref="Sql"/> its values: columns, landing id, order.</summary>
    /// <param name="columns">Those that it is about; null for all.</param>
    public void AddValues(NpgsqlBatchCommand command, RowBatch batch, Source source, IReadOnlyList<Column>? columns = null)
    {
        foreach (var column in columns ?? Table.Columns) command.Parameters.Add(batch.Parameter(column.Name));
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = source.Version.LandingId });
        if (Table.Write == WriteMode.Upsert) command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = source.Order.Folded });
    }

    /// <summary>Whether requests may write tables of a contract.</summary>
    /// <exception cref="ProblemException">405: they follow a file.</exception>
    public static void Check(Contract contract, string name)
    {
        if (contract.Write is WriteMode.Append or WriteMode.Upsert) return;
        var object_ = contract.Object is null ? "" : $": {contract.Object}";
        throw new ProblemException(
            StatusCodes.Status405MethodNotAllowed, $"{name} follows its file ({(contract.Write == WriteMode.Replace ? "replace" : "replacePartition")}): what is written here would be gone with the next one", $"drop a new file{object_}")
        {
            Headers = [("Allow", "GET, HEAD")],
        };
    }

    private static Column Written(Column column) => column with { Source = column.Name.Name, Format = null };
}

using System.Text;
using Landfall.Rest.Tables;
using Landfall.Sinks.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Landfall.Rest.Reading;

/// <summary>A query as SQL: names come from the contract, values are parameters, and the limit is a number that we have read.</summary>
internal sealed class RowSql
{
    private readonly StringBuilder _sql = new();
    private readonly List<string> _values = [];

    /// <summary>A page of rows and one more, if there is one: the columns to show, and behind them those of the order.</summary>
    public static NpgsqlCommand Page(RowQuery query, NpgsqlConnection connection)
    {
        var sql = new RowSql();
        sql._sql.Append("SELECT ").AppendJoin(", ", query.Select.Select(column => column.Quoted).Concat(query.Order.Select(term => term.Quoted)));
        sql.From(query);
        if (query.After is { } after) sql.Behind(query, after.Values, query.Filters.Count == 0 ? " WHERE " : " AND ");
        sql._sql.Append(" ORDER BY ").AppendJoin(", ", query.Order.Select(term => term.Sql));
        sql._sql.Append(" LIMIT ").Append(query.Limit + 1);
        return sql.Command(connection);
    }

    /// <summary>How many rows the filters let through.</summary>
    public static NpgsqlCommand Count(RowQuery query, NpgsqlConnection connection)
    {
        var sql = new RowSql();
        sql._sql.Append(query.Count == RowCount.Estimated ? "EXPLAIN (FORMAT JSON) SELECT 1" : "SELECT count(*)");
        sql.From(query);
        return sql.Command(connection);
    }

    /// <summary>One row: the columns to show, and behind them what tells its version.</summary>
    /// <param name="key">One value a column of the key.</param>
    public static NpgsqlCommand One(RowQuery query, IReadOnlyList<string> key, NpgsqlConnection connection)
    {
        var sql = new RowSql();
        sql._sql.Append("SELECT ").AppendJoin(", ", query.Select.Select(column => column.Quoted)).Append(", xmin");
        sql.From(query with { Filters = [.. query.Table.Key.Zip(key, (column, value) => new Filter(column, "eq", [value]))] });
        return sql.Command(connection);
    }

    /// <summary>Rows of several keys: as one, and behind the version the place of its key, from 1.</summary>
    /// <param name="keys">One value a column of the key, each.</param>
    public static NpgsqlCommand Many(RowQuery query, IReadOnlyList<IReadOnlyList<string>> keys, NpgsqlConnection connection)
    {
        var key = query.Table.Key;
        // OFFSET 0 keeps it one search by the key for each, whatever the planner thinks of the table: it plans once.
        var command = new NpgsqlCommand($"""
            SELECT t.*, wanted.place
            FROM unnest({Join(", ", (column, i) => $"${i + 1}::{PostgresDdl.Type(column.Comparable)}[]")}) WITH ORDINALITY AS wanted({Join(", ", (_, i) => $"k{i}")}, place)
            CROSS JOIN LATERAL (
              SELECT {string.Join(", ", query.Select.Select(column => column.Quoted))}, xmin FROM {query.Table.Table.Quoted} AS t WHERE {Join(" AND ", (column, i) => $"t.{column.Quoted} = wanted.k{i}")} OFFSET 0
            ) AS t
            """, connection);
        for (var i = 0; i < key.Count; i++)
        {
            var place = i;
            command.Parameters.Add(new NpgsqlParameter { Value = keys.Select(values => values[place]).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        }
        return command;

        string Join(string between, Func<ApiColumn, int, string> text) => string.Join(between, key.Select(text));
    }

    private void From(RowQuery query)
    {
        _sql.Append(" FROM ").Append(query.Table.Table.Quoted);
        var joint = " WHERE ";
        foreach (var filter in query.Filters)
        {
            _sql.Append(joint).Append(filter.Column.Quoted);
            joint = " AND ";
            switch (filter.Operator)
            {
                case "null":
                    _sql.Append(" IS NULL");
                    break;
                case "notnull":
                    _sql.Append(" IS NOT NULL");
                    break;
                case "in":
                    _sql.Append(" IN (").AppendJoin(", ", filter.Values.Select(Parameter)).Append(')');
                    break;
                default:
                    _sql.Append(' ').Append(Filter.Operators[filter.Operator]).Append(' ').Append(Parameter(filter.Values[0]));
                    break;
            }
        }
    }

    /// <summary>The rows that stand behind a row of those values.</summary>
    private void Behind(RowQuery query, IReadOnlyList<string?> values, string joint)
    {
        _sql.Append(joint);
        var order = query.Order;
        // Rows are compared as rows where they can be: so an index leads straight to the first one.
        if (order.All(term => !term.Nullable && term.Descending == order[0].Descending))
        {
            _sql.Append('(').AppendJoin(", ", order.Select(term => term.Quoted)).Append(order[0].Descending ? ") < (" : ") > (").AppendJoin(", ", values.Select(value => Parameter(value!))).Append(')');
            return;
        }
        var parameters = values.Select(value => value is null ? null : Parameter(value)).ToList();
        // Said twice, so that an index on the first column can be used.
        if (!order[0].Nullable) _sql.Append(order[0].Quoted).Append(order[0].Descending ? " <= " : " >= ").Append(parameters[0]).Append(" AND ");
        _sql.Append('(').AppendJoin(" OR ", order.Select((_, i) => Step(order, parameters, i)).OfType<string>()).Append(')');
    }

    /// <summary>Equal in the steps before, and behind in this one; null where nothing is.</summary>
    private static string? Step(IReadOnlyList<OrderTerm> order, List<string?> parameters, int last)
    {
        var (term, parameter) = (order[last], parameters[last]);
        string? behind;
        if (parameter is null) behind = term.NullsFirst ? $"{term.Quoted} IS NOT NULL" : null;
        else behind = $"{term.Quoted} {(term.Descending ? "<" : ">")} {parameter}{(term.Nullable && !term.NullsFirst ? $" OR {term.Quoted} IS NULL" : "")}";
        if (behind is null) return null;
        var equal = order.Take(last).Select((t, i) => parameters[i] is { } p ? $"{t.Quoted} = {p}" : $"{t.Quoted} IS NULL");
        return $"({string.Join(" AND ", equal.Append($"({behind})"))})";
    }

    private string Parameter(string value)
    {
        _values.Add(value);
        return $"${_values.Count}";
    }

    private NpgsqlCommand Command(NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(_sql.ToString(), connection);
        foreach (var value in _values) command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Unknown });
        return command;
    }
}

using System.Data;
using System.Globalization;
using System.Text;
using Landfall.Contracts;
using Landfall.Rows;
using Npgsql;

namespace Landfall.Reports;

/// <summary>
/// A report's answer, as it comes from Postgres: one snapshot, in a transaction that can not write, within a time that the server keeps. Values travel as parameters,
/// never in the query's text.
/// </summary>
public sealed class ReportRows : IAsyncDisposable
{
    /// <summary>From 1970-01-01 to 2000-01-01, where Postgres counts from.</summary>
    private const int EpochDays = 10_957;

    private const long EpochMicroseconds = EpochDays * 86_400_000_000L;

    private readonly NpgsqlConnection _connection;
    private NpgsqlTransaction? _transaction;
    private NpgsqlBatch? _batch;
    private NpgsqlDataReader? _reader;

    private ReportRows(NpgsqlConnection connection, Report report) => (_connection, Report) = (connection, report);

    public Report Report { get; }

    /// <summary>On the rows, before the first.</summary>
    public NpgsqlDataReader Reader => _reader!;

    /// <param name="database">Where it is asked.</param>
    /// <param name="asked">The report and its parameters.</param>
    /// <param name="patience">How long the server may take, until the last row.</param>
    /// <param name="alone">Whether to wait until nobody else has this report's rows alone, and to hold others off until these are disposed of.</param>
    /// <exception cref="RetryException">A table is not there yet, or the rows are not what the header says.</exception>
    /// <exception cref="NpgsqlException">Postgres can not be asked, or refuses.</exception>
    public static async Task<ReportRows> OpenAsync(NpgsqlDataSource database, Asked asked, TimeSpan patience, bool alone, CancellationToken cancellationToken)
    {
        var rows = new ReportRows(await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false), asked.Report);
        try
        {
            await rows.ReadAsync(asked, patience, alone, cancellationToken).ConfigureAwait(false);
            return rows;
        }
        catch (Exception e)
        {
            await rows.DisposeAsync().ConfigureAwait(false);
            if (e is not PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName } missing) throw;
            throw new RetryException($"{asked.Report} reads a table that is not there yet (SQLSTATE {missing.SqlState})", $"a table is made when something lands in it first; these are read: {string.Join(", ", asked.Report.Tables.Select(table => table.Table))}", e);
        }
    }

    /// <summary>Writes every row that is left.</summary>
    /// <exception cref="RejectException">A value has no place in a row: a number of more than 28 digits.</exception>
    public async Task WriteAsync(IRowWriter writer, CancellationToken cancellationToken)
    {
        for (var line = 1L; await Reader.ReadAsync(cancellationToken).ConfigureAwait(false); line++)
        {
            writer.Begin(line);
            for (var i = 0; i < Report.Columns.Count; i++) Write(writer, i, Report.Columns[i].Column, line);
            writer.End();
            if (writer.Full) await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_reader is not null) await _reader.DisposeAsync().ConfigureAwait(false);
        if (_batch is not null) await _batch.DisposeAsync().ConfigureAwait(false);
        if (_transaction is not null) await _transaction.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReadAsync(Asked asked, TimeSpan patience, bool alone, CancellationToken cancellationToken)
    {
        _transaction = await _connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        _batch = new NpgsqlBatch(_connection, _transaction);
        // One journey: settings that end with the transaction, then the query. What it says of days and texts must not depend on the server's configuration.
        Add("SET TRANSACTION READ ONLY");
        Add(string.Create(CultureInfo.InvariantCulture, $"SET LOCAL statement_timeout = {Math.Max(1, (long)patience.TotalMilliseconds)}"));
        Add("SET LOCAL TimeZone = 'UTC'");
        Add("SET LOCAL DateStyle = 'ISO, YMD'");
        Add("SET LOCAL IntervalStyle = 'iso_8601'");
        // A statement's snapshot is taken when it begins: behind the lock.
        if (alone) Add("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))").Parameters.Add(new() { Value = $"landfall report {Report.Name}" });
        var query = Add(Report.Sql);
        foreach (var parameter in asked.Parameters()) query.Parameters.Add(parameter);
        _batch.Timeout = 0;
        _reader = await _batch.ExecuteReaderAsync(CommandBehavior.Default, cancellationToken).ConfigureAwait(false);
        if (alone) await Reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        if (ReportColumns.Fault(Report, Reader) is { } fault) throw fault;

        NpgsqlBatchCommand Add(string sql)
        {
            var command = new NpgsqlBatchCommand(sql);
            _batch.BatchCommands.Add(command);
            return command;
        }
    }

    private void Write(IRowWriter writer, int i, Column column, long line)
    {
        if (Reader.IsDBNull(i))
        {
            if (column.Required) throw new RetryException($"{Report} gives NULL for {column}, which its header calls required", "change the query, or the header");
            writer.Null();
            return;
        }
        switch (column.Type)
        {
            case ColumnType.Text: writer.Utf8(Reader.GetFieldValue<byte[]>(i)); break;
            case ColumnType.Int64: writer.Int64(Reader.GetInt64(i)); break;
            case ColumnType.Numeric: writer.Numeric(Number(i, column, line)); break;
            case ColumnType.Double: writer.Double(Reader.GetDouble(i)); break;
            case ColumnType.Boolean: writer.Boolean(Reader.GetBoolean(i)); break;
            // As Postgres counts them: of its infinities, and years beyond .NET's, a writer knows more.
            case ColumnType.Date: writer.Date((int)Math.Min((long)Reader.GetFieldValue<int>(i) + EpochDays, int.MaxValue)); break;
            case ColumnType.Timestamp: writer.Timestamp(Reader.GetFieldValue<long>(i) is var moment && moment > long.MaxValue - EpochMicroseconds ? long.MaxValue : moment + EpochMicroseconds); break;
            case ColumnType.Time: writer.Time(Reader.GetFieldValue<TimeOnly>(i).Ticks / TimeSpan.TicksPerMicrosecond); break;
            default: writer.Json(Encoding.UTF8.GetBytes(Reader.GetString(i))); break;
        }
    }

    private decimal Number(int i, Column column, long line)
    {
        try
        {
            return Reader.GetDecimal(i);
        }
        catch (Exception e) when (e is OverflowException or InvalidCastException)
        {
            throw new RejectException($"{Report} gives a number of more than 28 digits, or none, in {column}", "round it in the query", line, column.Name.Name, "logicalType");
        }
    }
}

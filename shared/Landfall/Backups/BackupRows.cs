using System.Security.Cryptography;
using Landfall.Avro;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Backups;

/// <summary>The rows of a backup's file, counted and summed; into a writer, or only that.</summary>
internal static class BackupRows
{
    /// <summary>The most bytes of an unscaled decimal: 96 bits and a sign.</summary>
    private const int DecimalBytes = 13;

    /// <param name="file">At its beginning.</param>
    /// <param name="columns">The fields of its schema, as columns.</param>
    /// <param name="rows">Where they go; null for nowhere.</param>
    /// <param name="nulls">How many fields, all NULL, stand behind them in each row there.</param>
    /// <returns>How many there are, and the SHA-256 of their encoding.</returns>
    /// <exception cref="RejectException">The file is damaged.</exception>
    public static async Task<(long Rows, string Sha256)> ReadAsync(AvroFileReader file, IReadOnlyList<Column> columns, IRowWriter? rows, int nulls, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Column[] fields = [.. columns];
        long block = 0;
        byte[] number = [];
        while (await file.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (file.Block != block) hash.AppendData(file.Data);
            block = file.Block;
            if (rows is null) continue;
            Write(file, fields, rows, nulls, ref number);
            if (rows.Full) await rows.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        return (file.Record, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static void Write(AvroFileReader file, Column[] columns, IRowWriter rows, int nulls, ref byte[] number)
    {
        var cursor = file.Cursor();
        rows.Begin(file.Record);
        foreach (var column in columns)
        {
            if (!column.Required)
            {
                var branch = cursor.Long();
                if (branch == 0)
                {
                    rows.Null();
                    continue;
                }
                if (branch != 1) throw cursor.Fault("a union of 2 types holds one of another number");
            }
            switch (column.Type)
            {
                case ColumnType.Text: rows.Utf8(cursor.String()); break;
                case ColumnType.Int64: rows.Int64(cursor.Long()); break;
                case ColumnType.Double: rows.Double(cursor.Double()); break;
                case ColumnType.Boolean: rows.Boolean(cursor.Boolean()); break;
                case ColumnType.Date: rows.Date(cursor.Int()); break;
                case ColumnType.Timestamp: rows.Timestamp(cursor.Long()); break;
                case ColumnType.Time: rows.Time(cursor.Long()); break;
                case ColumnType.Numeric when column.Precision is null: rows.Utf8(Number(ref cursor, ref number)); break;
                case ColumnType.Numeric: rows.Numeric(Decimal(ref cursor, column.Scale ?? 0)); break;
                default: rows.Json(cursor.String()); break;
            }
        }
        for (var i = 0; i < nulls; i++) rows.Null();
        rows.End();
        file.End(cursor);
    }

    /// <summary>A number of any length, as text in the file, in Postgres' own form.</summary>
    private static ReadOnlySpan<byte> Number(ref AvroCursor cursor, ref byte[] buffer) =>
        PgNumeric.Parse(cursor.String(), ref buffer) is { IsEmpty: false } number ? number : throw cursor.Fault("a number is not one");

    /// <summary>Bytes of a big-endian two's complement number.</summary>
    private static decimal Decimal(ref AvroCursor cursor, int scale)
    {
        var bytes = cursor.Bytes();
        if (bytes.Length is 0 or > DecimalBytes) throw cursor.Fault("a decimal is longer than 96 bits, or has no digit");
        Int128 unscaled = (sbyte)bytes[0];
        foreach (var b in bytes[1..]) unscaled = (unscaled << 8) | b;
        var value = (UInt128)Int128.Abs(unscaled);
        if (value >> 96 != 0) throw cursor.Fault("a decimal is longer than 96 bits, or has no digit");
        return new((int)(uint)value, (int)(uint)(value >> 32), (int)(uint)(value >> 64), unscaled < 0, (byte)scale);
    }
}

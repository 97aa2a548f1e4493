using Landfall.Sinks.Postgres;
using Npgsql;

namespace Landfall.Reports;

/// <summary>Whether the rows that come are those that the header says.</summary>
internal static class ReportColumns
{
    /// <summary>The first difference; null when there is none.</summary>
    public static RetryException? Fault(Report report, NpgsqlDataReader rows)
    {
        for (var i = 0; i < Math.Max(rows.FieldCount, report.Columns.Count); i++)
        {
            if (i == report.Columns.Count) return Differs(report, $"the column {rows.GetName(i)}, which its header does not have");
            var column = report.Columns[i].Column;
            if (i == rows.FieldCount) return Differs(report, $"no column {column}, which its header has");
            if (rows.GetName(i) != column.Name.Name) return Differs(report, $"{rows.GetName(i)} where its header has {column}");
            var (given, said) = (Bare(rows.GetDataTypeName(i)), Bare(PostgresDdl.Type(column)));
            if (given != said) return Differs(report, $"{column} as {given}, and its header says {said}", $"write {column} as …::{said}");
        }
        return null;
    }

    private static RetryException Differs(Report report, string how, string? hint = null) => new($"The query of {report} gives {how}", hint ?? "change the query, or the header");

    /// <summary>Without its digits: an answer's number has as many as it has.</summary>
    private static string Bare(string type) => type.IndexOf('(', StringComparison.Ordinal) is > 0 and var digits && type.EndsWith(')') ? type[..digits] : type;
}

using Landfall.Contracts;
using Landfall.Contracts.Reading;

namespace Landfall.Reports.Reading;

/// <summary>A report's file: the header, which is YAML in comments, and the query below it.</summary>
internal static class ReportPart
{
    private const string Kind = "the SQL of a report", HeaderKind = "the header of a report";

    private static readonly string[] Words = ["name", "description", "parameters", "columns", "charts", "publish"];

    private static readonly string[] PublishWords = ["dataset", "schedule", "timeZone"];

    /// <summary>Paths that the API has for something else.</summary>
    private static readonly string[] Taken = ["backup", "bulk", "healthz", "publish", "reports", "restore", "tables", "upload"];

    /// <returns>Null when there is no header to read; the log says why.</returns>
    public static ReportDraft? Read(string path, ContractSet contracts, FaultLog faults)
    {
        var file = Path.GetFileName(path);
        if (YamlFile.Text(path, Kind, faults) is not { } text) return null;
        var (header, query) = Parts(text);
        if (string.IsNullOrWhiteSpace(header))
        {
            faults.Add(file, 1, "", "has no header", "It begins with comments that say what it is: -- name: …, -- description: …, -- columns: …");
            return null;
        }
        if (YamlFile.Parse(header, file, HeaderKind, "A header is one map, each line behind '-- ': name, description, columns and perhaps parameters and publish", faults) is not { } map) return null;
        var draft = new ReportDraft();
        map.Allow(Words);
        draft.Name = Name(map);
        draft.Description = map.RequiredText("description");
        draft.Parameters = [.. FieldPart.Parameters(map)];
        draft.Columns = [.. FieldPart.Columns(map)];
        draft.Charts = [.. ChartPart.Read(map, draft.Columns)];
        if (map.Map("publish") is { } publish) Publish(publish, draft);
        // A parameter that could not be read must not count as one that is missing.
        QueryPart.Read(text, query, file, contracts, [.. map.Maps("parameters", "name").Select(entry => entry.Text("name")).OfType<string>()], faults, draft);
        return draft;
    }

    /// <summary>The comments at the top, line for line, and where the query begins.</summary>
    private static (string Header, int Query) Parts(string text)
    {
        var (header, at) = (new System.Text.StringBuilder(), 0);
        while (string.CompareOrdinal(text, at, "--", 0, 2) == 0)
        {
            var end = text.IndexOf('\n', at) is >= 0 and var line ? line + 1 : text.Length;
            header.Append("  ").Append(text, at + 2, end - at - 2);
            at = end;
        }
        return (header.ToString(), at);
    }

    private static Identifier? Name(YamlMap map)
    {
        var name = map.Name("name");
        if (name is { } known && map.File != $"{known}.sql") map.Fault("name", $"is '{known}', and the file is {map.File}", "The file's name is <name>.sql: change one of them");
        if (name is { } taken && Taken.Contains(taken.Name)) map.Fault("name", $"is '{taken}', and /{taken} is a path of the API's own", "Choose another name");
        return name;
    }

    private static void Publish(YamlMap map, ReportDraft draft)
    {
        map.Allow(PublishWords);
        if (map.Has("dataset")) draft.Dataset = map.Name("dataset");
        if (draft.Dataset is { } dataset && ServerPart.IsReserved(dataset)) map.Fault("dataset", $"is '{dataset}', which is not for reports", "Choose another dataset");
        draft.TimeZone = TimeZonePart.Read(map);
        if (map.Text("schedule") is not { } text) return;
        if (CronExpression.TryParse(text, out var schedule)) draft.Schedule = schedule;
        else map.Fault("schedule", $"is {Spelling.Shown(text)}; expected cron's five fields (minute, hour, day, month, weekday), for example \"0 6 * * 1-5\"");
        foreach (var parameter in draft.Parameters.Where(parameter => parameter.Required))
            map.Fault("schedule", $"publishes it without a word for the parameter '{parameter.Name}', which must be said", "Give the parameter a default, or remove the schedule");
    }
}

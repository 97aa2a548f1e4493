using System.CommandLine;
using System.Globalization;

namespace Landfall.Tool;

/// <summary>How commands that are about a file say which, and for which dataset.</summary>
internal sealed class TargetOptions
{
    private readonly Argument<string> _file = new("FILE") { Description = "The file: CSV, NDJSON, Excel or Avro, also with gzip around it" };
    private readonly Option<string?> _contract = new("--contract") { Description = "The id of the file's contract [default: the one that takes files of its name, or else the nearest]", HelpName = "ID" };
    private readonly Option<string?> _date = new("--date") { Description = "The day that the file is of [default: the date in its name, or else today]", HelpName = "YYYY-MM-DD" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_file);
        command.Options.Add(_contract);
        command.Options.Add(_date);
        _date.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && Day(text) is null) result.AddError($"--date is '{text}'; it must be a day, YYYY-MM-DD.");
        });
    }

    /// <summary>The file of a command line.</summary>
    /// <param name="strict">Whether a file that no contract takes is an error, rather than the nearest one's.</param>
    /// <exception cref="UsageException">It can not be found, or is for nobody.</exception>
    public TargetFile Find(ToolContext context, ParseResult line, bool strict)
    {
        var target = TargetFile.Find(context, line.GetValue(_file)!, line.GetValue(_contract), line.GetValue(_date) is { } date ? Day(date) : null);
        if (target.IsClaimed || line.GetValue(_contract) is not null) return target;
        if (strict) throw new UsageException($"no contract takes a file called {target.File.Name}; the nearest name is {target.Contract.Object} (contract {target.Contract.Id})", $"rename it, or say --contract {target.Contract.Id}");
        context.Output.Remark($"no contract takes a file called {target.File.Name}; the nearest name is {target.Contract.Object}: taken for one of {target.Contract.Id}");
        return target;
    }

    private static DateOnly? Day(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}

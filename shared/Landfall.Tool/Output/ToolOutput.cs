using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Landfall.Tool.Output;

/// <summary>
/// Where the answer goes: tables and lines for people, or one JSON document. Standard output has nothing but the answer; progress and complaints are on standard error.
/// </summary>
internal sealed class ToolOutput
{
    /// <summary>No browser reads it: an apostrophe may stay one. Control characters are escaped either way.</summary>
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ToolHost _host;
    private readonly Lazy<IAnsiConsole> _console;
    private readonly Lazy<IAnsiConsole> _error;

    public ToolOutput(ToolHost host, bool json)
    {
        (_host, IsJson) = (host, json);
        _console = new(() => Open(host.Output, host.OutputIsTerminal));
        _error = new(() => Open(host.Error, host.ErrorIsTerminal));
    }

    /// <summary>Whether a program reads the answer.</summary>
    public bool IsJson { get; }

    /// <summary>The answer, in the form that was asked for. Called once.</summary>
    /// <param name="people">Lines and tables.</param>
    /// <param name="json">The members of one object.</param>
    public void Answer(Action<ToolOutput> people, Action<Utf8JsonWriter> json)
    {
        if (IsJson) Json(json);
        else people(this);
    }

    /// <summary>One line. What it holds is data, and stays as it is: no markup is read in it, and control characters are shown.</summary>
    /// <param name="text">The line.</param>
    /// <param name="style">Its colour, where there are colours.</param>
    public void Line(string text = "", Style? style = null) => Write(new Text($"{Shown.Lines(text)}\n", style ?? Style.Plain));

    /// <summary>Text of our own making, to the letter: a script that is piped on.</summary>
    public void Raw(string text) => _host.Output.Write(text);

    /// <summary>A table: drawn on a terminal, columns of plain text elsewhere. Cells are data.</summary>
    /// <param name="columns">Their heads; one that ends in <c>#</c> holds numbers.</param>
    /// <param name="rows">A cell a column; null is an empty one.</param>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var table = new Table { Border = _host.OutputIsTerminal ? TableBorder.Rounded : TableBorder.None, ShowHeaders = true };
        foreach (var column in columns)
        {
            var numbers = column.EndsWith('#');
            table.AddColumn(new TableColumn(new Text(numbers ? column[..^1] : column, new Style(decoration: Decoration.Bold))) { Alignment = numbers ? Justify.Right : Justify.Left, NoWrap = !_host.OutputIsTerminal });
        }
        foreach (var row in rows) table.AddRow(row.Select(cell => (IRenderable)new Text(Shown.Cell(cell))));
        Write(table);
    }

    /// <summary>A complaint, on standard error, or, for a program, the answer: an object like an HTTP service's <c>application/problem+json</c>.</summary>
    /// <param name="code">The <see cref="ExitCode"/> that follows.</param>
    /// <param name="message">What was found.</param>
    /// <param name="hint">What to do, or null.</param>
    public void Problem(int code, string message, string? hint)
    {
        if (IsJson)
        {
            Json(json =>
            {
                json.WriteString("type", "about:blank");
                json.WriteString("title", code switch { ExitCode.Fault => "Refused", ExitCode.Usage => "Usage", ExitCode.Stopped => "Stopped", _ => "Unreachable" });
                json.WriteNumber("exitCode", code);
                json.WriteString("detail", message);
                if (hint is not null) json.WriteString("hint", hint);
            });
            return;
        }
        _error.Value.Write(new Text($"landfall: {Shown.Lines(message)}\n", new Style(Color.Red)));
        if (hint is not null) _error.Value.Write(new Text($"  {Shown.Lines(hint)}\n"));
    }

    /// <summary>A remark beside the answer, on standard error; none for a program.</summary>
    public void Remark(string text)
    {
        if (!IsJson) _error.Value.Write(new Text($"{Shown.Lines(text)}\n"));
    }

    /// <summary>Does something that takes long, with a bar on standard error where a person watches it.</summary>
    /// <param name="doing">What, in one or two words.</param>
    /// <param name="total">How much there is to do, in the unit in which it is reported: bytes; null when nobody knows.</param>
    /// <param name="work">Does it; reports how much is done.</param>
    public async Task<T> ProgressAsync<T>(string doing, long? total, Func<IProgress<long>, Task<T>> work)
    {
        if (IsJson || !_host.ErrorIsTerminal) return await work(new ToolProgress(null));
        return await _error.Value.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(progress => work(new ToolProgress(progress.AddTask(Markup.Escape(doing), maxValue: Math.Max(1, total ?? 1)))));
    }

    private void Write(IRenderable text) => _console.Value.Write(text);

    private void Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        _host.Output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
        _host.Output.Flush();
    }

    private IAnsiConsole Open(TextWriter writer, bool terminal)
    {
        var colours = terminal && !_host.Environment.ContainsKey("NO_COLOR");
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        // What a program or a file reads is not broken at a screen's edge.
        if (!terminal) console.Profile.Width = 100_000;
        return console;
    }
}

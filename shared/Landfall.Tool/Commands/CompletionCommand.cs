using System.CommandLine;

namespace Landfall.Tool.Commands;

/// <summary><c>completion SHELL</c>: what a shell evaluates to complete commands and options.</summary>
internal sealed class CompletionCommand : ToolCommand
{
    /// <summary>Each asks the tool itself, by System.CommandLine's <c>[suggest]</c> directive.</summary>
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _landfall() {
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$(landfall "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _landfall landfall

            """,
        ["zsh"] = """
            _landfall() {
              local -a words_found
              words_found=("${(@f)$(landfall "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
              compadd -a words_found
              _files
            }
            compdef _landfall landfall

            """,
        ["fish"] = """
            complete -c landfall -a '(landfall "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'

            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName landfall -ScriptBlock {
              param($wordToComplete, $commandAst, $cursorPosition)
              landfall "[suggest:$cursorPosition]" "$commandAst" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }

            """,
    };

    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh, fish or pwsh" };

    public CompletionCommand(ToolRunner runner) : base(runner, "completion", "Print what makes a shell complete commands: source <(landfall completion bash)")
    {
        _shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        Arguments.Add(_shell);
    }

    public override Task<int> RunAsync(ToolContext context, ParseResult line, CancellationToken cancellationToken)
    {
        var script = Scripts[line.GetValue(_shell)!];
        context.Output.Answer(people => people.Raw(script), json => json.WriteString("script", script));
        return Task.FromResult(ExitCode.Fine);
    }
}

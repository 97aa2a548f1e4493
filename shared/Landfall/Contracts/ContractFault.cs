namespace Landfall.Contracts;

/// <summary>One thing that is wrong with a contract.</summary>
/// <param name="File">The file's name within the folder; the folder itself when that is at fault.</param>
/// <param name="Line">1-based; 0 when the file as a whole is meant.</param>
/// <param name="Path">Where in the contract: <c>schema[people].properties[email].required</c>; empty when the file as a whole is meant.</param>
/// <param name="Message">What was found and what was expected, in one line.</param>
/// <param name="Hint">What to do, where that is not plain from the message; else null.</param>
public sealed record ContractFault(string File, int Line, string Path, string Message, string? Hint)
{
    /// <summary><c>file:line: path: what is wrong. hint</c></summary>
    public override string ToString() =>
        $"{File}:{(Line > 0 ? $"{Line}:" : "")} {(Path.Length > 0 ? $"{Path}: " : "")}{Message}.{(Hint is null ? "" : $" {Hint}.")}";
}

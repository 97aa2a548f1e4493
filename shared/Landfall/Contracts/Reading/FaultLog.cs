namespace Landfall.Contracts.Reading;

/// <summary>Collects the faults of all files; reading goes on behind each, so that one run names them all.</summary>
internal sealed class FaultLog
{
    private readonly HashSet<ContractFault> _faults = [];
    private readonly HashSet<string> _files = [];

    public void Add(string file, long line, string path, string message, string? hint = null)
    {
        _files.Add(file);
        _faults.Add(new(OneLine(file), (int)line, OneLine(path), OneLine(message), hint is null ? null : OneLine(hint)));
    }

    /// <summary>Whether a file has faults so far; what is missing from it may then be a consequence.</summary>
    public bool Has(string file) => _files.Contains(file);

    /// <exception cref="ContractFaultException">There is a fault.</exception>
    public void ThrowIfAny()
    {
        if (_faults.Count == 0) return;
        throw new ContractFaultException(
            [.. _faults.OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line).ThenBy(f => f.Path, StringComparer.Ordinal)
                .ThenBy(f => f.Message, StringComparer.Ordinal)]);
    }

    // Contracts are quoted in messages, and whatever they hold, a fault is one line.
    private static string OneLine(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}

using Landfall.Contracts;
using Landfall.Contracts.Reading;
using Landfall.Reports.Reading;

namespace Landfall.Reports;

/// <summary>Reads the reports: every <c>*.sql</c> of a folder. Its README says how one is written.</summary>
public static class ReportReader
{
    private const string Extension = ".sql";

    /// <summary>All reports of a folder, checked against the contracts whose tables they read.</summary>
    /// <param name="folder">Where they are; sub-folders are not read. Null for no reports.</param>
    /// <param name="contracts">The contracts in use.</param>
    /// <exception cref="ContractFaultException">Anything is wrong with any of them.</exception>
    public static ReportSet Read(string? folder, ContractSet contracts)
    {
        if (folder is null) return new([]);
        var faults = new FaultLog();
        var drafts = Files(folder, faults).Select(file => ReportPart.Read(file, contracts, faults)).ToList();
        faults.ThrowIfAny();
        return new([.. drafts.Select(draft => draft!.Build())]);
    }

    private static List<string> Files(string folder, FaultLog faults)
    {
        try
        {
            var files = Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).ToList();
            foreach (var other in files.Where(file => !file.EndsWith(Extension, StringComparison.Ordinal) && file.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)))
                faults.Add(Path.GetFileName(other), 0, "", "is not read, because of its name", $"Rename it to end in {Extension}");
            return files.FindAll(file => file.EndsWith(Extension, StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            faults.Add(folder, 0, "", $"is not a folder that can be read: {e.Message.TrimEnd('.')}", "LANDFALL_REPORTS says where the reports are");
            return [];
        }
    }
}

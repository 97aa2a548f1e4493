using Landfall.Contracts;
using Landfall.Reports;

namespace Landfall.Tests.Reports;

/// <summary>A folder of reports, made for one test, beside the committed contracts.</summary>
internal sealed class ReportFolder : IDisposable
{
    private static readonly Lazy<ContractSet> Committed = new(() => ContractReader.Read(Repository.Path("shared/contracts"), null));

    private readonly TempFolder _folder = new();

    public static ContractSet Contracts => Committed.Value;

    public string Path => _folder.Path;

    /// <summary>A report without a fault, but for what a test replaces.</summary>
    public static string Plain(string name) =>
        $$"""
        -- name: {{name}}
        -- description: Jobs by id.
        -- parameters:
        --   - { name: least, logicalType: integer, default: 1, logicalTypeOptions: { minimum: 0 } }
        -- columns:
        --   - { name: id, logicalType: integer, required: true }
        --   - { name: job, logicalType: string }
        SELECT id, job
        FROM ${jobs}
        WHERE id >= @least
        ORDER BY id

        """;

    public ReportFolder With(string name, string? text = null)
    {
        File.WriteAllText(_folder[$"{name}.sql"], text ?? Plain(name));
        return this;
    }

    public ReportSet Read() => ReportReader.Read(Path, Contracts);

    public IReadOnlyList<string> Faults()
    {
        try
        {
            Read();
            return [];
        }
        catch (ContractFaultException e)
        {
            return [.. e.Faults.Select(fault => fault.ToString())];
        }
    }

    public void Dispose() => _folder.Dispose();
}

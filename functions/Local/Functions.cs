using Landfall.Contracts;
using Landfall.Events;
using Landfall.Functions;
using Landfall.Web;
using Console = Landfall.Functions.Console;

namespace Landfall.Local;

/// <summary>The functions the local cloud runs: the one place where a new one is added.</summary>
internal static class Functions
{
    public static IReadOnlyList<LocalFunction> All { get; } =
    [
        LocalFunction.OfHttp<Api>("/api", Api.Services),
        LocalFunction.Of<CatalogLoad, StorageObjectData>("storage-catalog"),
        LocalFunction.OfHttp<Console>("/console", Services.Add),
        LocalFunction.OfRuns<CustomerChunk>(),
        LocalFunction.OfTicks<CustomerExport>(contract => contract.Export == ExportKind.Bloomreach, CustomerExport.Services),
        LocalFunction.OfHttp<Drop>("/drop", Drop.Services),
        LocalFunction.Of<DropZoneLoad, StorageObjectData>("storage-drop-zone"),
        LocalFunction.OnRequestOf<EmployeeUplift>("uplift", contract => contract.Uplifted is not null),
        LocalFunction.OfTicks<Fetch>(contract => contract.Fetch is not null, Fetch.Services),
        LocalFunction.Of<MatrixLoad, StorageObjectData>("storage-matrix"),
        LocalFunction.OfOwnTicks<Reconcile>("reconcile", "*/15 * * * *", Reconcile.Services),
        LocalFunction.OfHttpAndTicks<TableBackup>("/api", ["/backup", "/restore"], "table-backup", "0 3 * * *", TableBackup.Services),
        LocalFunction.OfHttp<ReportPublish>("/functions/ReportPublish", ReportPublish.Services) with { TicksForReports = true },
    ];
}

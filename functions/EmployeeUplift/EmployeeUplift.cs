using Landfall.Contracts;
using Landfall.Events;
using Landfall.Hosting;
using Landfall.Landings;

namespace Landfall.Functions;

/// <summary>
/// A tick of the job <c>&lt;contract&gt;-uplift</c>: the numbers in the contract's uplift column rise by <c>percent</c>, or, with <c>undo</c>, what a run has raised is
/// lowered again. The same tick, however often it comes, is the same run, and that is carried out once.
/// </summary>
public sealed class EmployeeUplift(ContractSet contracts, Uplifter uplifter) : ICloudEventFunction<TickData>
{
    public async Task HandleAsync(CloudEvent cloudEvent, TickData data, CancellationToken cancellationToken)
    {
        var contract = contracts.All.FirstOrDefault(contract => contract.Uplifted is not null && data.JobName == UpliftOrder.Job(contract))
            ?? throw new RetryException($"No contract with an 'uplift' has a job '{data.JobName}'", "A job of the scheduler is named <contract>-uplift: rename it, or delete it.");
        var order = UpliftOrder.Read(data.Parameters);
        if (order.WriteBack && !Uplifter.CanWriteBack(contract))
            throw new BadEventException($"The tick says 'writeBack', and the rows of {contract.Id} are not Bloomreach's: its contract does not say 'export: bloomreach', or its key is not 'registered'.");
        var receipt = await (order.Undo is { } undone
            ? uplifter.UndoAsync(contract, data.Run, data.ScheduleTime, undone, cancellationToken)
            : uplifter.RaiseAsync(contract, data.Run, data.ScheduleTime, order.Percent, cancellationToken));
        if (order.WriteBack) await uplifter.WriteBackAsync(contract, data.Run, receipt, cancellationToken);
    }
}

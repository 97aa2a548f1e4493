using Landfall.Contracts;
using Landfall.Events;

namespace Landfall.Functions;

/// <summary>One export: what its tick says, and nothing else.</summary>
/// <param name="Contract">The contract's id.</param>
/// <param name="Id">The job's name and the time it was due.</param>
/// <param name="At">When the customers are evaluated: when the tick was due.</param>
public sealed record Run(string Contract, string Id, DateTimeOffset At)
{
    /// <summary>The run's object in the bucket <c>exports</c>.</summary>
    public string ObjectName => $"{Contract}/{Id}.json";

    public static Run Of(Contract contract, TickData tick) =>
        new(contract.Id.Name, tick.Run, tick.ScheduleTime.ToUniversalTime());
}

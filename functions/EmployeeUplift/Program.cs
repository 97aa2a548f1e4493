// EmployeeUplift: a tick of the job <contract>-uplift → the numbers of the contract's uplift column rise by 20 %, once a tick.
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;

return await FunctionHost.RunAsync<EmployeeUplift, TickData>(args);

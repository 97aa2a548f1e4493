// Reconcile: a tick every quarter of an hour → what no event announced, alerts, retention.
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;

return await FunctionHost.RunAsync<Reconcile, TickData>(args, Reconcile.Services);

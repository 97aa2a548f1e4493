// CustomerExport: a tick of a contract's schedule → all customers of Bloomreach, in pages on the contract's topic.
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;

return await FunctionHost.RunAsync<CustomerExport, TickData>(args, CustomerExport.Services);

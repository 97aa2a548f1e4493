// Fetch: a tick of a contract's schedule → the file that it says is published, in its bucket.
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;

return await FunctionHost.RunAsync<Fetch, TickData>(args, Fetch.Services);

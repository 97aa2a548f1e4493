// CustomerChunk: Pub/Sub push of the pages of runs, as contracts with a topic get their rows → staging; of complete → their tables.
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;

return await FunctionHost.RunAsync<CustomerChunk, PubSubMessage>(args);

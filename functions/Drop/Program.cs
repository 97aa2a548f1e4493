// Drop: POST /drop/{team}/{dataset} → an object in the contract's bucket, or a URL that takes one.
using Landfall.Functions;
using Landfall.Hosting;

return await FunctionHost.RunHttpAsync<Drop>(args, Drop.Services);

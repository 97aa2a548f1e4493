// Api: an HTTP request → rows of the tables that contracts declare, in Postgres.
using Landfall.Functions;
using Landfall.Hosting;

return await FunctionHost.RunHttpAsync<Api>(args, Api.Services);

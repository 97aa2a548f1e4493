// Api: an HTTP request → rows of the tables that contracts declare, in Postgres.
using Landfall.Functions;
using Landfall.Hosting;

// What a socket has brought is handled by the thread that has seen it come: .NET has no other switch for that, and reads this one when the first socket is opened.
// That thread sees to other sockets, too. So what is not brief leaves it (Handler.IsBrief, RequestBody, Page), and nothing may wait upon it.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

return await FunctionHost.RunHttpAsync<Api>(args, Api.Services);

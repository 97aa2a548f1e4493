// Console: an HTTP request → a page for people, made on the server, of what ledger, quarantine and contracts say.
using Landfall.Web;
using Landfall.Hosting;

return await FunctionHost.RunHttpAsync<Landfall.Functions.Console>(args, Services.Add);

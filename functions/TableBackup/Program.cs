// TableBackup: POST /backup and POST /restore for one table; a tick → a backup of every table.
using Landfall.Functions;
using Landfall.Hosting;

return await FunctionHost.RunHttpAndTicksAsync<TableBackup>(args, TableBackup.Services);

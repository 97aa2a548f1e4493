// MatrixLoad: Cloud Storage finalize on the matrix bucket, and a daily tick → the tables that follow the workbook.
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;

return await FunctionHost.RunAsync<MatrixLoad, StorageObjectData>(args);

// DropZoneLoad: Cloud Storage finalize on the drop zone's bucket → the tables that the object's contract names.
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;

return await FunctionHost.RunAsync<DropZoneLoad, StorageObjectData>(args);

// CatalogLoad: Cloud Storage finalize on the catalog bucket → the tables that the object's contract names.
using Landfall.Events;
using Landfall.Functions;
using Landfall.Hosting;

return await FunctionHost.RunAsync<CatalogLoad, StorageObjectData>(args);

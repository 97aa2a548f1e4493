// ReportPublish: a tick of the job <report>-publish, or POST /publish → a report's answer as a table in BigQuery.
using Landfall.Functions;
using Landfall.Hosting;

return await FunctionHost.RunHttpAsync<ReportPublish>(args, ReportPublish.Services);

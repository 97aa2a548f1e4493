using Google.Apis.Bigquery.v2;
using Google.Apis.Services;
using Newtonsoft.Json.Linq;

namespace Landfall.Cloud;

/// <summary>Google's <c>insertAll</c> with a body that is written already: its own rows are dictionaries of objects, in which numbers lose digits.</summary>
internal sealed class RawRows(IClientService service, string project, TableName table, string body) : TabledataResource.InsertAllRequest(service, null, project, table.Dataset, table.Name)
{
    protected override object GetBody() => new JRaw(body);
}

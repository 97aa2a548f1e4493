using System.Text.Json;
using System.Text.Json.Nodes;
using Landfall.Local.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Landfall.Local.BigQuery.Rest;

/// <summary>BigQuery's REST surface (<c>/bigquery/v2</c>, <c>/upload/bigquery/v2</c>), as much of it as functions, people and <c>bq</c> use.</summary>
internal static class BigQueryEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, LocalBigQuery bigQuery)
    {
        var datasets = new DatasetRequests(bigQuery.Datasets);
        var tables = new TableRequests(bigQuery.Tables, bigQuery.Datasets, bigQuery.Rows);
        var rows = new RowRequests(bigQuery.Tables, bigQuery.Rows, bigQuery.Stream);
        var jobs = new JobRequests(bigQuery.Runner, bigQuery.Jobs);
        var uploads = new JobUploads(bigQuery.Runner, bigQuery.Jobs, bigQuery.Objects);
        routes.MapGet("/$discovery/rest", DescribeAsync);
        routes.MapGet("/discovery/v1/apis/bigquery/v2/rest", DescribeAsync);
        routes.Map("/bigquery/v2/{**path}", context => AnswerAsync(context, "/bigquery/v2", async request => await Answer(request)));
        routes.Map("/upload/bigquery/v2/{**path}", context => AnswerAsync(context, "/upload/bigquery/v2", Receive));

        Task<JsonObject?> Receive(BigQueryRequest request) => (request.Method, request.Segments) switch
        {
            ("POST", ["jobs"]) when request.Text("upload_id") is null => uploads.PostAsync(request),
            ("PUT" or "POST", ["jobs"]) => uploads.ContinueAsync(request),
            _ => throw BigQueryRequest.Unknown(request.Context),
        };

        Task<JsonObject> Answer(BigQueryRequest request) => (request.Method, request.Segments) switch
        {
            ("GET", ["projects"]) => Task.FromResult(Projects()),
            ("GET", ["datasets"]) => datasets.ListAsync(request),
            ("POST", ["datasets"]) => datasets.CreateAsync(request),
            ("GET", ["datasets", var dataset]) => datasets.GetAsync(request, dataset),
            ("PATCH" or "PUT", ["datasets", var dataset]) => datasets.PatchAsync(request, dataset),
            ("DELETE", ["datasets", var dataset]) => datasets.DeleteAsync(request, dataset),
            ("GET", ["datasets", var dataset, "tables"]) => tables.ListAsync(request, dataset),
            ("POST", ["datasets", var dataset, "tables"]) => tables.CreateAsync(request, dataset),
            ("GET", ["datasets", var dataset, "tables", var table]) => tables.GetAsync(request, dataset, table),
            ("PATCH" or "PUT", ["datasets", var dataset, "tables", var table]) => tables.PatchAsync(request, dataset, table),
            ("DELETE", ["datasets", var dataset, "tables", var table]) => tables.DeleteAsync(request, dataset, table),
            ("GET", ["datasets", var dataset, "tables", var table, "data"]) => rows.ListAsync(request, dataset, table),
            ("POST", ["datasets", var dataset, "tables", var table, "insertAll"]) => rows.InsertAsync(request, dataset, table),
            ("POST", ["jobs"]) => jobs.InsertAsync(request),
            ("GET", ["jobs"]) => jobs.ListAsync(request),
            ("GET", ["jobs", var job]) => jobs.GetAsync(request, job),
            ("POST", ["jobs", var job, "cancel"]) => jobs.CancelAsync(request, job),
            ("DELETE", ["jobs", var job, "delete"]) => jobs.DeleteAsync(request, job),
            ("POST", ["queries"]) => jobs.QueryAsync(request),
            ("GET", ["queries", var job]) => jobs.ResultsAsync(request, job),
            _ => throw BigQueryRequest.Unknown(request.Context),
        };
    }

    private static async Task AnswerAsync(HttpContext context, string service, Func<BigQueryRequest, Task<JsonObject?>> answer)
    {
        try
        {
            if (await answer(BigQueryRequest.Of(context, service)) is not { } reply) return;
            if (context.Request.Method == "DELETE") context.Response.StatusCode = 204;
            else await BigQueryReply.WriteAsync(context, reply);
        }
        catch (BigQueryFault fault) when (!context.Response.HasStarted)
        {
            await BigQueryReply.WriteAsync(context, fault);
        }
        catch (StorageException fault) when (!context.Response.HasStarted)
        {
            await BigQueryReply.WriteAsync(context, new BigQueryFault(fault.Status, fault.Reason, fault.Message));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException && !context.Response.HasStarted)
        {
            await BigQueryReply.WriteAsync(context, BigQueryFault.Invalid($"Invalid JSON payload received. {e.Message}"));
        }
        catch (PostgresException e) when (!context.Response.HasStarted)
        {
            await BigQueryReply.WriteAsync(context, new BigQueryFault(500, "internalError", $"The local BigQuery's Postgres: {e.MessageText}"));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody is left to answer.
        }
    }

    private static Task DescribeAsync(HttpContext context)
    {
        if (Discovery.Find() is not { } file)
        {
            return BigQueryReply.WriteAsync(context, new BigQueryFault(
                404, "notFound", "The description of BigQuery's API is not here: put the Google Cloud SDK's bq on the PATH, or give bq --discovery_file=…/platform/bq/discovery_next/bigquery.json"));
        }
        context.Response.ContentType = "application/json; charset=UTF-8";
        return context.Response.SendFileAsync(file, context.RequestAborted);
    }

    private static JsonObject Projects() => new()
    {
        ["kind"] = "bigquery#projectList",
        ["projects"] = new JsonArray(new JsonObject
        {
            ["kind"] = "bigquery#project",
            ["id"] = LocalCloud.Project,
            ["numericId"] = "1",
            ["projectReference"] = new JsonObject { ["projectId"] = LocalCloud.Project },
            ["friendlyName"] = LocalCloud.Project,
        }),
        ["totalItems"] = 1,
    };
}

using System.Globalization;
using Landfall.Local;

namespace Landfall.Benchmarks;

/// <summary>What a service for one table looks like in Node: Express and pg, an INSERT … SELECT FROM unnest a request, and no rule but the number of rows.</summary>
internal sealed class ExpressServer : IAsyncDisposable
{
    private const string Code = """
        const express = require('express'), { Pool } = require('pg');
        const pool = new Pool({ host: process.env.PGHOST, user: process.env.PGUSER, database: process.env.PGDATABASE, max: 8 });
        const insert = `INSERT INTO ${process.env.TABLE} (id, name, datetime, department_id, job_id) SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::bigint[], $5::bigint[])`;
        const app = express();
        app.disable('x-powered-by').disable('etag').use(express.json({ limit: '32mb' }));
        app.get('/healthz', (request, response) => response.send('up'));
        app.post('/bulk', async (request, response) => {
          const rows = request.body.data;
          if (!Array.isArray(rows) || rows.length < 1 || rows.length > 1000) return response.status(400).json({ error: '1 to 1000 rows' });
          try {
            await pool.query({ name: 'insert', text: insert, values: [rows.map(r => r.id), rows.map(r => r.name), rows.map(r => r.datetime), rows.map(r => r.department_id), rows.map(r => r.job_id)] });
            response.json({ inserted: rows.length });
          } catch (e) {
            response.status(500).json({ error: e.message });
          }
        });
        app.listen(process.env.PORT, '127.0.0.1');
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Leash _process;

    private ExpressServer(Leash process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static async Task<ExpressServer> StartAsync(Bench bench, string table)
    {
        var node = await NodeProgram.CreateAsync(Path.Combine(bench.Folder, "express"), """ "express": "5.1.0", "pg": "8.16.3" """, Code);
        var log = Path.Combine(node.Folder, "server.log");
        var port = Loopback.FreePort();
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(bench.Server.ConnectionString);
        var process = Leash.Start(node.Command, "TERM", node.Folder, log, variables: new Dictionary<string, string>
        {
            ["PGHOST"] = connection.Host!, ["PGUSER"] = connection.Username!, ["PGDATABASE"] = connection.Database!, ["TABLE"] = table, ["NODE_ENV"] = "production",
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
        });
        using var http = new HttpClient();
        for (var begun = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begun) < Patience && !process.HasExited; await Task.Delay(50))
        {
            try
            {
                using var alive = await http.GetAsync($"http://127.0.0.1:{port}/healthz");
                return new(process, port);
            }
            catch (HttpRequestException)
            {
                // It is on its way.
            }
        }
        throw new CannotStartException($"Express does not start: {await File.ReadAllTextAsync(log)}");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}

using System.Text;
using Landfall.Contracts;

namespace Landfall.Sinks.Postgres;

/// <summary>A contract's tables and views as a script, for people to read and for databases where Landfall may not create tables.</summary>
public static class PostgresScript
{
    /// <summary>The statements that <see cref="ISink.PrepareAsync"/> runs where nothing stands yet, each ended by <c>;</c>.</summary>
    public static string Of(Contract contract)
    {
        var script = new StringBuilder($"-- The tables of {contract.File}, which this is made of: change that. tests/README.md says how this follows.\n");
        var parents = contract.Tables.SelectMany(table => table.Relationships).Select(parent => parent.ParentContract).Where(id => id != contract.Id).Distinct().ToList();
        if (parents.Count > 0) script.Append($"-- They refer to tables of {string.Join(", ", parents)}: those come first.\n");
        foreach (var schema in contract.Tables.Select(table => table.Schema).Concat(contract.Views.Select(view => view.Schema)).Distinct()) script.Append($"\nCREATE SCHEMA IF NOT EXISTS {schema.Quoted};\n");
        foreach (var table in contract.Tables)
        {
            script.Append('\n');
            foreach (var statement in PostgresDdl.Create(table)) script.Append($"{statement};\n");
        }
        foreach (var view in contract.Views)
        {
            script.Append('\n');
            foreach (var statement in PostgresViews.Create(view, contract)) script.Append($"{statement};\n");
        }
        return script.ToString();
    }
}

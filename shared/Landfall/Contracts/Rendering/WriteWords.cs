namespace Landfall.Contracts.Rendering;

/// <summary>How tables follow their files, in words.</summary>
internal static class WriteWords
{
    public static string Of(Contract contract)
    {
        var file = contract.Topic is null ? "file" : "run";
        if (contract.External is not null) return "nobody: a row is there as long as the object that holds it, and a newer version of an object takes the place of the older one at once";
        return contract.Write switch
        {
            WriteMode.Upsert => $"`upsert`: rows are inserted, or replaced by primary key; of two {file}s that bring the same key, the newer one decides",
            WriteMode.ReplacePartition => "`replacePartition`: a day's rows are those of the newest file of that day",
            WriteMode.Replace => $"`replace`: the rows are those of the newest {file}; what it no longer holds is deleted",
            _ => $"`append`: rows are added; a newer version of a {file} replaces that {file}'s rows",
        };
    }
}

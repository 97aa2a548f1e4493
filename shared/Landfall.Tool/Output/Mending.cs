using Landfall.Contracts;

namespace Landfall.Tool.Output;

/// <summary>What a producer sends when some rows of a file were rejected.</summary>
internal static class Mending
{
    public static string Of(Contract contract) => contract.External is { } external ? $"mend the rows and push the whole file again under its name: until then {external} may show them as they are" : contract.Write switch
    {
        WriteMode.Upsert => "mend the rejected rows and push them in a file of their own: the rows that landed stay",
        WriteMode.Append => "mend the rejected rows and push them in a file of their own, under another name: the rows that landed stay (under this file's name, the whole mended file takes their place)",
        WriteMode.ReplacePartition => "mend the rows and push the whole file again: it takes the place of its day",
        _ => "mend the rows and push the whole file again: it takes the place of the table",
    };
}

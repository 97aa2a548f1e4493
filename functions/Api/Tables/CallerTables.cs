using Landfall.Hosting.Access;

namespace Landfall.Rest.Tables;

/// <summary>What a caller may do with a table.</summary>
internal static class CallerTables
{
    public static bool MayRead(this Caller caller, ApiTable table) => caller.HasOneOf(table.Readers);

    public static bool MayWrite(this Caller caller, ApiTable table) => caller.HasOneOf(table.Writers);
}

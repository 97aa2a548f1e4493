using System.Text.RegularExpressions;

namespace Landfall.Contracts.Reading;

/// <summary>An entry of <c>schema[]</c> whose <c>physicalType</c> is <c>view</c>.</summary>
internal static class ViewPart
{
    /// <summary>Those of the <c>landfall</c> map.</summary>
    public static readonly string[] LandfallWords = ["of", "where", "query"];

    /// <summary>What a property may say besides its name: words for people.</summary>
    private static readonly string[] PropertyWords = ["id", "name", "description", "businessName", "tags", "authoritativeDefinitions", "examples"];

    private static readonly Regex Placeholder = new(@"\$\{(?<name>[^}]*)\}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    public static bool IsOne(YamlMap map) => map.Text("physicalType") == "view";

    /// <param name="map">The entry.</param>
    /// <param name="contract">Its tables are read already.</param>
    public static ViewDraft Read(YamlMap map, ContractDraft contract)
    {
        var draft = new ViewDraft(map);
        map.Allow(TablePart.Words);
        draft.Called = map.RequiredText("name");
        map.Choice("logicalType", ["object"]);
        foreach (var word in (string[])["relationships", "quality"])
        {
            if (map.Maps(word).Count > 0) map.Fault(word, "stands on a view, which shows rows that are checked already", "Write it on the table");
        }
        if (NamePart.Read(map, contract) is var (schema, name)) (draft.Schema, draft.Name) = (schema, name);
        draft.Description = map.Text("description");
        var landfall = LandfallProperty.Find(map);
        foreach (var word in TablePart.LandfallWords.Where(word => landfall?.Has(word) == true))
            landfall!.Fault(word, "is a word for tables, and this is a view", "Remove it: nothing is written to a view");
        landfall?.Allow([.. LandfallWords, .. TablePart.LandfallWords]);
        if (landfall?.Has("query") == true)
        {
            ReadQuery(draft, landfall, contract);
            return draft;
        }
        draft.Of = Of(map, landfall, contract);
        if (landfall?.Text("where") is { } where)
        {
            if (SqlText.Fault(where, contract.Sink, comments: false) is not { } fault) draft.Where = where;
            else landfall.Fault("where", fault, "It is one condition, and stands in WHERE (…)");
        }
        draft.Columns = Columns(draft);
        return draft;
    }

    private static void ReadQuery(ViewDraft draft, YamlMap landfall, ContractDraft contract)
    {
        foreach (var word in (string[])["of", "where"])
        {
            if (landfall.Has(word)) landfall.Fault(word, "stands beside 'query', which says itself what is shown", "Keep one of the two");
        }
        if (draft.Map.Has("properties")) draft.Map.Fault("properties", "stands beside 'query', which names its columns itself", "Remove it");
        if (landfall.Text("query") is not { } file || QueryFile.Read(landfall, contract.Folder, file) is not { } query) return;
        if (SqlText.Fault(query, contract.Sink, comments: true) is { } fault)
        {
            landfall.Fault("query", $"is {Spelling.Shown(file)}, which {fault}", "A view is one SELECT");
            return;
        }
        foreach (var name in Placeholder.Matches(query).Select(match => match.Groups["name"].Value).Distinct().Where(name => !IsTable(name, contract)))
        {
            landfall.Fault("query", $"is {Spelling.Shown(file)}, which speaks of ${{{name}}}",
                contract.Tables.Count < 2 ? "${table} is the contract's table" : $"A contract's tables are spoken of by name: {Spelling.Or([.. contract.Tables.Select(table => $"${{{table.Called}}}")])}");
        }
        draft.Query = query;
    }

    private static bool IsTable(string name, ContractDraft contract) => (name == "table" && contract.Tables.Count == 1) || contract.Tables.Any(table => table.Called == name);

    private static TableDraft? Of(YamlMap map, YamlMap? landfall, ContractDraft contract)
    {
        if (landfall?.Has("of") == true)
        {
            if (landfall.Text("of") is not { } of) return null;
            var found = contract.Tables.FirstOrDefault(table => table.Called == of);
            if (found is null)
                landfall.Fault("of", $"is {Spelling.Shown(of)}, which is no table of this contract", Spelling.Hint(of, [.. contract.Tables.Select(table => table.Called).OfType<string>()]));
            return found;
        }
        if (contract.Tables.Count > 1)
            (landfall ?? map).Fault("of", "is missing, and the contract has several tables", "Say of which table the rows are: of: <its name>");
        return contract.Tables is [var only] ? only : null;
    }

    private static List<ColumnDraft> Columns(ViewDraft draft)
    {
        var columns = new List<ColumnDraft>();
        if (draft.Map.Has("properties") && draft.Map.Maps("properties", "name", required: true) is { } maps)
        {
            foreach (var property in maps)
            {
                property.Allow(PropertyWords);
                if (property.RequiredText("name") is not { } name || draft.Of is not { } table) continue;
                if (table.Columns.FirstOrDefault(column => column.Column?.Name.Name == name) is not { } column)
                    property.Fault("name", $"is {Spelling.Shown(name)}, which is no property of '{table.Called}'", Spelling.Hint(name, [.. table.Columns.Select(c => c.Column?.Name.Name).OfType<string>()]));
                else if (columns.Contains(column)) property.Fault("name", $"is '{name}', as another property of this view is called");
                else columns.Add(column);
            }
        }
        return columns;
    }
}

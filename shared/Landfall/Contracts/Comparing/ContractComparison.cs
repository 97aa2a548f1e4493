namespace Landfall.Contracts.Comparing;

/// <summary>What lies between two versions of the same contracts, each change judged: safe, or breaking for those who send files or read tables.</summary>
public static class ContractComparison
{
    /// <param name="before">The contracts as they are in use.</param>
    /// <param name="after">The contracts as they would be.</param>
    public static IReadOnlyList<ContractChange> Between(IReadOnlyList<Contract> before, IReadOnlyList<Contract> after)
    {
        var changes = new List<ContractChange>();
        foreach (var gone in before.Where(old => after.All(contract => contract.Id != old.Id)))
            changes.Add(new(gone.Id.Name, "", true, "the contract is gone", "its files are unclaimed, and its tables follow nothing any more"));
        foreach (var contract in after)
        {
            if (before.FirstOrDefault(old => old.Id == contract.Id) is not { } old) changes.Add(new(contract.Id.Name, "", false, "the contract is new", "nobody uses it yet"));
            else changes.AddRange(Between(old, contract));
        }
        return changes;
    }

    private static List<ContractChange> Between(Contract old, Contract contract)
    {
        var log = new ChangeLog(contract.Id.Name);
        CompareSource(old, contract, log);
        CompareLimits(old, contract, log);
        CompareTables(old, contract, log);
        CompareViews(old, contract, log);
        foreach (var role in old.Roles.Where(role => !contract.Roles.Any(other => other.Name == role.Name && other.Access == role.Access))) log.Breaks($"roles.{role.Name}", "the role is gone, or may do something else", "who has it loses what it allowed");
        foreach (var role in contract.Roles.Where(role => old.Roles.All(other => other.Name != role.Name))) log.Safe($"roles.{role.Name}", "the role is new", "it takes nothing from others; see that it may be given");
        if (log.Changes.Exists(change => change.IsBreaking) && Major(old.Version) is { } major && Major(contract.Version) <= major)
            log.Breaks("version", $"is {contract.Version} after {old.Version}", $"what breaks raises the first number: {major + 1}.0.0");
        return log.Changes;
    }

    private static void CompareSource(Contract old, Contract contract, ChangeLog log)
    {
        if (old.Sink != contract.Sink) log.Breaks("servers", $"it lands in {contract.Sink} and not in {old.Sink}", "who reads the old tables sees them stand still");
        if (old.Topic != contract.Topic) log.Breaks("topic", $"rows come by {contract.Topic ?? "files"}", "who sends them as before is not heard");
        if (old.Object is { } from && contract.Object is { } to && from.Text != to.Text)
        {
            // A sample is a name that was good: of one day, and with 1 for each '*'.
            var sample = from.Sample(new DateOnly(2024, 12, 31));
            if (to.Matches(from.Bucket, sample, out _) && from.HasDate == to.HasDate) log.Safe("object", $"takes {to}", $"a name like {from.Bucket}/{sample} is good still");
            else log.Breaks("object", $"takes {to} and not {from}", "files that are called as before are unclaimed");
        }
        if (old.Format != contract.Format) log.Breaks("format", $"is {contract.Format.Type}, {contract.Format.Encoding}, '{contract.Format.Delimiter}', {(contract.Format.Header ? "with" : "without")} a header", "files written as before are refused");
        if (old.UnknownColumns != contract.UnknownColumns)
        {
            if (contract.UnknownColumns == UnknownColumns.Refuse) log.Breaks("unknownColumns", "refuses what it discarded", "files with columns of their own are refused");
            else log.Safe("unknownColumns", "discards what it refused", "files that landed land still");
        }
    }

    private static void CompareLimits(Contract old, Contract contract, ChangeLog log)
    {
        Limit("maxRejectedPercent", old.MaxRejectedPercent, contract.MaxRejectedPercent, "files with so many rejects are refused");
        Limit("maxChangePercent", old.MaxChangePercent ?? 100, contract.MaxChangePercent ?? 100, "files that change so much are refused");
        Limit("waitForParents", old.WaitForParents.TotalSeconds, contract.WaitForParents.TotalSeconds, "rows that would have waited longer are rejected");
        Limit("retention", old.Retention?.TotalDays ?? double.MaxValue, contract.Retention?.TotalDays ?? double.MaxValue, "older days are refused, and may be removed");
        Limit("allowEmpty", old.AllowEmpty ? 1 : 0, contract.AllowEmpty ? 1 : 0, "files without a row are refused");

        void Limit(string path, double before, double after, string why)
        {
            if (after < before) log.Breaks(path, "is narrower", why);
            else if (after > before) log.Safe(path, "is wider", "what landed lands still");
        }
    }

    private static void CompareTables(Contract old, Contract contract, ChangeLog log)
    {
        foreach (var gone in old.Tables.Where(table => contract.Tables.All(other => $"{other}" != $"{table}"))) log.Breaks($"{gone}", "the table is gone", "who reads it sees it stand still");
        foreach (var table in contract.Tables)
        {
            if (old.Tables.FirstOrDefault(other => $"{other}" == $"{table}") is { } before) TableComparison.Compare(old, before, contract, table, log);
            else
            {
                log.Safe($"{table}", "the table is new", "it is made at the next landing");
                foreach (var column in table.Columns) ColumnComparison.Needs(old, contract, table, column, log);
            }
        }
    }

    private static void CompareViews(Contract old, Contract contract, ChangeLog log)
    {
        foreach (var view in old.Views)
        {
            if (contract.Views.FirstOrDefault(other => $"{other}" == $"{view}") is not { } now) log.Breaks($"{view}", "the view is gone", "who reads it can not");
            else if (view.Where != now.Where || view.Query != now.Query) log.Breaks($"{view}", "the view shows other rows", "who reads it gets another answer");
            else if (view.Columns.FirstOrDefault(column => now.Columns.All(other => other.Name != column.Name)) is { } column) log.Breaks($"{view}.{column}", "the view shows the column no longer", "who asks for it gets an error");
        }
        foreach (var view in contract.Views.Where(view => old.Views.All(other => $"{other}" != $"{view}"))) log.Safe($"{view}", "the view is new", "it is made at the next landing");
    }

    private static int? Major(string version) => int.TryParse(version.Split('.')[0].TrimStart('v'), out var major) ? major : null;
}

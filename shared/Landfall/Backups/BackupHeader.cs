using System.Globalization;
using System.Text;

namespace Landfall.Backups;

/// <summary>What a backup says of itself, in the metadata of its file, under names that begin with <c>landfall.</c>.</summary>
/// <param name="Table"><c>schema.table</c>.</param>
/// <param name="Contract">The contract's id.</param>
/// <param name="ContractVersion">The contract's version then.</param>
/// <param name="Rows">How many there are.</param>
/// <param name="Time">When the table was so.</param>
/// <param name="Fingerprint">The SHA-256 of <c>avro.schema</c>.</param>
/// <param name="Sha256">Of the rows as Avro encodes them, one after another: of all blocks, inflated.</param>
/// <param name="Ledger">Which ledger its version is of.</param>
/// <param name="Version">Of the contract's head: all that had landed up to it, and nothing else, is in the rows.</param>
internal sealed record BackupHeader(string Table, string Contract, string ContractVersion, long Rows, DateTimeOffset Time, string Fingerprint, string Sha256, Guid Ledger, long Version)
{
    private const string Prefix = "landfall.", TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public IEnumerable<KeyValuePair<string, string>> ToMetadata() =>
    [
        new(Prefix + "table", Table),
        new(Prefix + "contract", Contract),
        new(Prefix + "contractVersion", ContractVersion),
        new(Prefix + "rows", Rows.ToString(CultureInfo.InvariantCulture)),
        new(Prefix + "time", Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)),
        new(Prefix + "fingerprint", Fingerprint),
        new(Prefix + "sha256", Sha256),
        new(Prefix + "ledger", $"{Ledger}"),
        new(Prefix + "version", Version.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <exception cref="RejectException">They are no backup's: rule <c>backup</c>.</exception>
    public static BackupHeader Read(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> metadata)
    {
        var time = DateTimeOffset.TryParseExact(Text("time"), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read)
            ? read : throw Wrong("time");
        return new(Text("table"), Text("contract"), Text("contractVersion"), Number("rows"), time, Text("fingerprint"), Text("sha256"), Guid.TryParse(Text("ledger"), out var ledger) ? ledger : throw Wrong("ledger"), Number("version"));

        string Text(string name) => metadata.TryGetValue(Prefix + name, out var value) ? Encoding.UTF8.GetString(value.Span) : throw Wrong(name);

        long Number(string name) => long.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(name);
    }

    private static RejectException Wrong(string name) =>
        new($"the file's metadata has no {Prefix}{name} that can be read: it is no backup of Landfall's, or it is damaged", "name another backup", rule: "backup");
}

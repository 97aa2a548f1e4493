using Landfall.Contracts;
using Landfall.Landings.Files;
using Landfall.Sinks;
using Landfall.Tool.Output;

namespace Landfall.Tool;

/// <summary>A file that the command line names, and the dataset that it is for.</summary>
/// <param name="File">Where it is.</param>
/// <param name="Contract">By its name, or as the command line says.</param>
/// <param name="Name">What it is called in the contract's bucket, behind the bucket; a sample of such a name, where its own is none.</param>
/// <param name="Date">The date in that name; null when the contract's pattern has none.</param>
/// <param name="IsClaimed">Whether the contract claims a file of its own name.</param>
internal sealed record TargetFile(FileInfo File, Contract Contract, string Name, DateOnly? Date, bool IsClaimed)
{
    /// <summary>Bytes that are read at once: each read goes by way of another thread.</summary>
    private const int Piece = 512 * 1024;

    /// <param name="context">Contracts, and the time.</param>
    /// <param name="path">As it was typed.</param>
    /// <param name="id"><c>--contract</c>, or null.</param>
    /// <param name="date"><c>--date</c>, or null: the one in the name, or else today.</param>
    /// <exception cref="UsageException">There is no such file, or no contract that takes files, or several fit.</exception>
    public static TargetFile Find(ToolContext context, string path, string? id, DateOnly? date)
    {
        var file = context.File(path);
        var all = (id is null ? context.Contracts.All : [context.Contract(id)]).Where(contract => contract.Object is not null).ToList();
        if (all.Count == 0) throw new UsageException(id is null ? "no contract takes files: their rows come by topics" : $"the rows of {id} come by a topic, not as files");
        var claims = all.Select(contract => Claim(file, contract, wholePath: true)).OfType<TargetFile>().ToList();
        if (claims.Count == 0) claims = [.. all.Select(contract => Claim(file, contract, wholePath: false)).OfType<TargetFile>()];
        if (claims.Count > 1) throw new UsageException($"{file.Name} is a name that several contracts take: {string.Join(", ", claims.Select(claim => claim.Contract.Id))}", "say which with --contract");
        if (claims is [var only] && (date is null || date == only.Date)) return only;
        var nearest = claims is [var misdated] ? misdated.Contract : all.MinBy(contract => contract.Object!.Distance(contract.Object.Bucket, Folder(contract) + file.Name))!;
        var day = date ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(context.Clock.GetUtcNow(), nearest.TimeZone).DateTime);
        return new(file, nearest, nearest.Object!.Sample(day) + (IsGzip(file.Name) ? ".gz" : ""), nearest.Object.HasDate ? day : null, IsClaimed: claims.Count > 0);
    }

    /// <summary>From its first byte; says how far it is read.</summary>
    public Stream Open(IProgress<long>? progress = null)
    {
        var stream = new FileStream(File.FullName, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.Read, Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = Piece });
        return progress is null ? stream : new ProgressStream(stream, progress);
    }

    /// <summary>It as a source that lands from here.</summary>
    /// <param name="again">Whether the same bytes are to land once more.</param>
    public async Task<Source> SourceAsync(bool again, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var content = Open();
        // Whatever it needs stands, or nothing brings it while we wait.
        return await LocalSource.OfAsync(Contract with { WaitForParents = TimeSpan.Zero }, Name, Date, content, again ? Guid.NewGuid() : null, now, cancellationToken);
    }

    private static TargetFile? Claim(FileInfo file, Contract contract, bool wholePath)
    {
        foreach (var name in wholePath ? Ends(file.FullName) : [Folder(contract) + file.Name])
        {
            if (contract.Object!.Matches(contract.Object.Bucket, name, out var date)) return new(file, contract, name, date, IsClaimed: true);
        }
        return null;
    }

    /// <summary>A path's last part, its last two, and so on: <c>drop-zone/people/people_20240105.csv</c> lies on a disk as it would in its bucket.</summary>
    private static IEnumerable<string> Ends(string path)
    {
        var parts = path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        return Enumerable.Range(1, parts.Length).Select(count => string.Join('/', parts[^count..]));
    }

    private static string Folder(Contract contract) => contract.Object!.Name[..(contract.Object.Name.LastIndexOf('/') + 1)];

    private static bool IsGzip(string name) => name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}

using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Hosting.Live;

/// <summary>Contracts that lie in a bucket, read as those of a folder are: all of them, or none.</summary>
internal sealed class ContractBucket(CloudStorage storage, ContractUri where)
{
    /// <summary>Objects below the prefix; more are something else than contracts.</summary>
    private const int MaxObjects = 2000;

    /// <summary>Bytes of one, as of a folder's file, and of all together.</summary>
    private const long MaxFile = 1 << 20, MaxAll = 32 << 20;

    private const int Downloads = 8;

    public ContractUri Where => where;

    /// <summary>What is there now: mostly one request.</summary>
    /// <exception cref="ContractFaultException">It is more than contracts are.</exception>
    /// <exception cref="RetryException">The bucket can not be reached.</exception>
    public async Task<ContractListing> ListAsync(CancellationToken cancellationToken)
    {
        var files = new List<StoredObject>();
        var seen = 0;
        await foreach (var found in storage.ListAsync(where.Bucket, where.Prefix, cancellationToken))
        {
            if (++seen > MaxObjects) throw Fault("", $"holds more than {MaxObjects} objects", "Give the contracts a folder of their own");
            if (IsRead(Name(found))) files.Add(found);
        }
        return new(files);
    }

    /// <summary>Reads what was listed, at those very versions.</summary>
    /// <param name="listing">What was listed.</param>
    /// <param name="read">Reads a folder.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="ContractFaultException">Anything is wrong with any of them, each by its address.</exception>
    /// <exception cref="RetryException">The bucket can not be reached, or has changed meanwhile.</exception>
    public async Task<ContractSet> ReadAsync(ContractListing listing, Func<string, ContractSet> read, CancellationToken cancellationToken)
    {
        Check(listing);
        var folder = Directory.CreateTempSubdirectory("landfall-contracts-").FullName;
        try
        {
            await Parallel.ForEachAsync(listing.Files, new ParallelOptions { MaxDegreeOfParallelism = Downloads, CancellationToken = cancellationToken }, async (file, token) => await DownloadAsync(file, Path.Combine(folder, Name(file)), token));
            return read(folder);
        }
        catch (ContractFaultException e)
        {
            throw new ContractFaultException([.. e.Faults.Select(fault => fault with
            {
                File = fault.File == folder ? $"{where}" : File.Exists(Path.Combine(folder, fault.File)) ? $"{where}/{fault.File}" : fault.File,
                Message = fault.Message.Replace(folder, $"{where}", StringComparison.Ordinal),
            })]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Check(ContractListing listing)
    {
        var faults = new List<ContractFault>();
        foreach (var file in listing.Files)
        {
            // Its name becomes that of a file here.
            if (Name(file).Length > 200 || Name(file).Any(char.IsControl)) faults.AddRange(Fault("/" + string.Concat(Name(file).Take(50).Select(c => char.IsControl(c) ? '?' : c)), "has a name that no contract has", "Name it after the contract's id").Faults);
            if (file.Size > MaxFile) faults.AddRange(Fault("/" + Name(file), $"has {file.Size} bytes; a contract, or a query, has at most {MaxFile}", null).Faults);
        }
        if (listing.Files.Sum(file => file.Size) > MaxAll) faults.AddRange(Fault("", $"holds contracts of more than {MaxAll >> 20} MiB together", null).Faults);
        if (faults.Count > 0) throw new ContractFaultException(faults);
    }

    private async Task DownloadAsync(StoredObject file, string path, CancellationToken cancellationToken)
    {
        await using var content = await storage.OpenReadAsync(file, cancellationToken) ?? throw Gone(file);
        await using var copy = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 4096, useAsync: true);
        try
        {
            await content.CopyToAsync(copy, cancellationToken);
        }
        catch (ObjectGoneException)
        {
            throw Gone(file);
        }
    }

    private static RetryException Gone(StoredObject file) => new($"{file} was replaced while the contracts were read");

    private static bool IsRead(string name) =>
        !name.Contains('/', StringComparison.Ordinal)
        && (name.EndsWith(".odcs.yaml", StringComparison.Ordinal) || name.EndsWith(".odcs.yml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".sql", StringComparison.Ordinal));

    private string Name(StoredObject file) => file.Name[where.Prefix.Length..];

    private ContractFaultException Fault(string file, string message, string? hint) => new([new($"{where}{file}", 0, "", message, hint)]);
}

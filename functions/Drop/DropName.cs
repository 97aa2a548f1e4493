using System.Globalization;
using System.Text;
using Landfall.Contracts;
using Landfall.Hosting;
using Microsoft.AspNetCore.Http;

namespace Landfall.Functions;

/// <summary>What a file is called in its bucket: <c>?name=people_20240105.csv</c> behind the pattern's folder, or <c>?date=2024-01-05</c> where the pattern leaves nothing else open.</summary>
internal static class DropName
{
    private static readonly string[] Known = ["name", "date"];

    /// <returns>A name that the contract's pattern has.</returns>
    /// <exception cref="ProblemException">400: the query can not be read. 422: it is no name of the contract's.</exception>
    public static string Of(Contract contract, IQueryCollection query)
    {
        var pattern = contract.Object!;
        if (query.Keys.FirstOrDefault(key => !Known.Contains(key)) is { } unknown) throw ProblemException.Bad($"The query says {ProblemException.Shown(unknown)}, which is not known here", Expected(contract));
        if (query.Any(parameter => parameter.Value.Count != 1 || parameter.Value[0]!.Length == 0)) throw ProblemException.Bad("The query says a word without a value, or twice", Expected(contract));
        var name = (query["name"].FirstOrDefault(), query["date"].FirstOrDefault()) switch
        {
            (not null, not null) => throw ProblemException.Bad("The query says both name and date", "the one or the other"),
            (string said, _) => Folder(pattern) + said,
            (_, string said) => pattern.Sample(Date(contract, said)),
            _ => IsOne(pattern) ? pattern.Name : throw ProblemException.Bad("The query does not say what to call the file", Expected(contract)),
        };
        // What no object can be called: https://cloud.google.com/storage/docs/objects#naming
        if (!pattern.Matches(pattern.Bucket, name, out _) || Encoding.UTF8.GetByteCount(name) > 1024 || name.Any(char.IsControl) || name is "." or "..")
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, $"{ProblemException.Shown($"{pattern.Bucket}/{name}")} is no file of {contract.Id}, whose files are {pattern}", Expected(contract));
        return name;
    }

    /// <summary>The folders that all names of the pattern begin with.</summary>
    public static string Folder(ObjectPattern pattern)
    {
        var open = pattern.Name.AsSpan().IndexOfAny('*', '{');
        var fixedPart = open < 0 ? pattern.Name : pattern.Name[..open];
        return fixedPart[..(fixedPart.LastIndexOf('/') + 1)];
    }

    private static DateOnly Date(Contract contract, string said)
    {
        if (!contract.Object!.HasDate || contract.Object.Name.Contains('*', StringComparison.Ordinal))
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, $"A date alone does not name a file of {contract.Id}, whose files are {contract.Object}", Expected(contract));
        return DateOnly.TryParseExact(said, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw ProblemException.Bad($"date is {ProblemException.Shown(said)}, which is no day", "for example date=2024-01-05");
    }

    private static string Expected(Contract contract)
    {
        var pattern = contract.Object!;
        var sample = pattern.Sample(new DateOnly(2024, 1, 5))[Folder(pattern).Length..];
        var date = pattern.HasDate && !pattern.Name.Contains('*', StringComparison.Ordinal) ? ", or date=2024-01-05" : "";
        return IsOne(pattern) ? $"leave the query away, or say name={sample}" : $"for example name={sample}{date}";
    }

    private static bool IsOne(ObjectPattern pattern) => !pattern.HasDate && !pattern.Name.Contains('*', StringComparison.Ordinal);
}

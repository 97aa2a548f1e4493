using System.CommandLine;

namespace Landfall.Tool;

/// <summary>Options that every command has.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> Contracts { get; } = new("--contracts")
    {
        Description = "The folder of the contracts, or gs://bucket/prefix [default: LANDFALL_CONTRACTS, else shared/contracts or contracts here or above]", HelpName = "DIR", Recursive = true,
    };

    public Option<string?> Home { get; } = new("--home")
    {
        Description = "Work with the local cloud whose home this is, .landfall for example, whatever the environment says", HelpName = "DIR", Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Answer with one JSON document on standard output, and nothing else", Recursive = true };

    public void AddTo(Command root)
    {
        root.Options.Add(Contracts);
        root.Options.Add(Home);
        root.Options.Add(Json);
    }
}

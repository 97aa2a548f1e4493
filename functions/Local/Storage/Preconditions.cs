namespace Landfall.Local.Storage;

/// <summary>What must hold of the version at hand, as query parameters of the same names say. Generation 0 stands for "no live version".</summary>
public sealed record Preconditions(long? IfGenerationMatch = null, long? IfGenerationNotMatch = null, long? IfMetagenerationMatch = null)
{
    public bool IsNone => this is { IfGenerationMatch: null, IfGenerationNotMatch: null, IfMetagenerationMatch: null };

    public bool Hold(ObjectResource? version) =>
        (IfGenerationMatch is not { } same || same == (version?.Generation ?? 0))
        && (IfGenerationNotMatch is not { } other || other != (version?.Generation ?? 0))
        && (IfMetagenerationMatch is not { } meta || (version is not null && meta == 1));
}

namespace Landfall.Tests;

/// <summary>
/// A folder of one test's own, removed with it. Unlike <see cref="Directory.CreateTempSubdirectory"/>, other users may pass through: Postgres, when
/// root runs the tests.
/// </summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateDirectory($"{System.IO.Path.GetTempPath()}/landfall-tests-{Guid.NewGuid():N}"[..^20]).FullName;

    /// <summary>The full path of something in the folder.</summary>
    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

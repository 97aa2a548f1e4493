namespace Landfall.Tool;

/// <summary>How the tool ends: a script asks nothing else.</summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Fine = 0;

    /// <summary>What was asked about has a fault: rows are rejected, a file was refused, a change breaks.</summary>
    public const int Fault = 1;

    /// <summary>The command line, the settings or the contracts can not be used.</summary>
    public const int Usage = 2;

    /// <summary>Something that is needed can not be reached, or did not answer in time. The same command may do later.</summary>
    public const int World = 3;

    /// <summary>Ctrl-C, as shells say it.</summary>
    public const int Stopped = 130;
}

using System.Diagnostics;
using System.Globalization;

namespace Landfall.Benchmarks;

/// <summary>Runs a program and measures it.</summary>
internal static class MeasuredProcess
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <exception cref="InvalidOperationException">It ended with another code than 0; what it said is in the message.</exception>
    public static async Task<Measurement> RunAsync(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;

        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var peak = PeakAsync(process);
        await process.WaitForExitAsync();
        var elapsed = Stopwatch.GetElapsedTime(begun);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {await output} {await errors}");
        return new(elapsed, await peak, await output);
    }

    /// <summary>The kernel keeps the peak for as long as the process lives; what it takes in its last moments counts no more.</summary>
    private static async Task<long> PeakAsync(Process process)
    {
        var peak = 0L;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, Peak(process.Id));
            await Task.Delay(Look);
        }
        return peak;
    }

    /// <summary>The most memory that a process has taken so far.</summary>
    public static long Peak(int processId)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["VmHWM:".Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;   // it has just ended
        }
    }
}

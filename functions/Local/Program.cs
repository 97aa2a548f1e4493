using System.Runtime.InteropServices;
using Landfall.Local;

LocalOptions options;
try
{
    options = LocalOptions.Parse(args);
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 64;   // EX_USAGE
}

if (options.Help)
{
    Console.WriteLine(LocalOptions.Usage);
    return 0;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    using var home = Home.Open(options.Home);
    await using var cloud = await LocalCloud.StartAsync(options, home, Functions.All, TimeProvider.System, Console.Out, stop.Token);
    Console.WriteLine($"""
        Landfall is at {cloud.Http} with everything in {home.Folder}
          drop a file:      printf '13,Catering\n14,\n' > {Path.Combine(home.Buckets, "drop-zone", "hiring", "departments_20240106.csv")}
          see the rows:     psql "$(grep -o 'postgresql://[^"]*' {Path.Combine(home.Folder, "endpoints.json")})" -c 'TABLE hiring.departments'
          what was refused: ls -R {Path.Combine(home.Buckets, "rejects")}
          stop:             Ctrl-C; nothing is lost
        """);
    while (!stop.IsCancellationRequested && !(options.UntilIdle && await cloud.IdleAsync(stop.Token)))
    {
        await Task.Delay(options.UntilIdle ? TimeSpan.FromMilliseconds(50) : Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token);
    }

    return cloud.Failed && options.UntilIdle ? 1 : 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return options.UntilIdle ? 1 : 0;   // stopped before it was idle
}
catch (CannotStartException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 78;   // EX_CONFIG
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

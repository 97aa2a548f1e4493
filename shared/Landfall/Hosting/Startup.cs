using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Landfall.Hosting;

/// <summary>From the command line to the exit code, for every function alike.</summary>
internal static class Startup
{
    private const int Usage = 64, DataError = 65, Configuration = 78;

    /// <param name="args">The command line.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="build">Makes the program; what it throws is a fault of the settings or the contracts.</param>
    /// <param name="once">Runs one event; null when the function takes none.</param>
    public static async Task<int> RunAsync(
        string[] args, IReadOnlyDictionary<string, string> environment, TextWriter error, Func<Settings, WebApplication> build,
        Func<IServiceProvider, ReadOnlyMemory<byte>, CancellationToken, Task<Verdict>>? once)
    {
        var file = args is ["--once", var name] && once is not null ? name : null;
        if (args.Length > 0 && file is null)
        {
            var expected = once is null ? "none" : "none, or --once FILE (- is standard input; what begins with { is the event itself)";
            await error.WriteLineAsync($"The arguments '{string.Join(' ', args)}' are not known; expected {expected}.");
            return Usage;
        }
        WebApplication app;
        try
        {
            app = build(Settings.FromEnvironment(environment));
        }
        catch (Exception e) when (IsFault(e))
        {
            await error.WriteLineAsync(e.Message);
            return Configuration;
        }
        await using (app)
        {
            _ = app.Services.GetRequiredService<TelemetryExport>();
            return file is null ? await ServeAsync(app, error) : await OnceAsync(app.Services, file, error, once!);
        }
    }

    /// <summary>What a person can mend (Landfall's own exceptions say all in their message); anything else is a bug and shows its stack trace.</summary>
    private static bool IsFault(Exception e) =>
        e is FormatException or IOException or UnauthorizedAccessException || e.GetType().Assembly == typeof(Startup).Assembly;

    private static async Task<int> ServeAsync(WebApplication app, TextWriter error)
    {
        var settings = app.Services.GetRequiredService<Settings>();
        try
        {
            await app.StartAsync(CancellationToken.None);
        }
        catch (IOException e)
        {
            await error.WriteLineAsync($"Port {settings.Port} can not be listened on: {e.Message} Set PORT to one that is free.");
            return Configuration;
        }
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(FunctionHost));
        HostLog.Listening(log, app.Environment.ApplicationName, new Uri(app.Urls.First()).Port);
        app.Lifetime.ApplicationStopping.Register(() => HostLog.Draining(log, Drain.Grace.TotalSeconds));
        await app.WaitForShutdownAsync(CancellationToken.None);
        return 0;
    }

    private static async Task<int> OnceAsync(
        IServiceProvider services, string file, TextWriter error, Func<IServiceProvider, ReadOnlyMemory<byte>, CancellationToken, Task<Verdict>> once)
    {
        byte[] bytes;
        try
        {
            bytes = await ReadAsync(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"The event can not be read: {e.Message} Expected a file with one event in JSON.");
            return DataError;
        }
        using var stopping = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        var verdict = await once(services, bytes, stopping.Token);
        if (verdict.Detail is not null) await error.WriteLineAsync($"{verdict.Detail}{(verdict.Hint is null ? "" : $" {verdict.Hint}")}");
        return verdict.ExitCode;

        // A job is given no file: the event itself is its argument.
        static async Task<byte[]> ReadAsync(string file)
        {
            if (file.StartsWith('{')) return Encoding.UTF8.GetBytes(file);
            await using var input = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            using var copy = new MemoryStream();
            await input.CopyToAsync(copy);
            return copy.ToArray();
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }
}

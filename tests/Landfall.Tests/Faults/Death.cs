using System.Diagnostics;
using System.Globalization;

namespace Landfall.Tests.Faults;

/// <summary>SIGKILL at a step: a process listens to its own spans and ends itself at the beginning or the end of one.</summary>
/// <param name="Step">The span's name, as <see cref="LandingSteps"/> has it, or the function's for the event as a whole.</param>
/// <param name="AtEnd">At its end; else at its beginning.</param>
/// <param name="Count">At the how-many-th such moment of the process: 1 for the first.</param>
internal sealed record Death(string Step, bool AtEnd, int Count)
{
    /// <summary>The variable that says when, and the file that is then made.</summary>
    public const string Variable = "TESTS_DEATH";

    /// <summary>One that does not come.</summary>
    public static Death Never { get; } = new("never", AtEnd: false, 1);

    public override string ToString() => $"{(AtEnd ? "after" : "before")} {Step}";

    /// <summary>The variable's value.</summary>
    public string Write(string file) => $"{Step}|{(AtEnd ? "end" : "begin")}|{Count}|{file}";

    /// <summary>In the process that is to die. Uses nothing but .NET: what else the tests are made of is not there.</summary>
    public static void Await()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split('|') is not [var step, var moment, var count, var file]) return;
        // Whoever started us holds the other end, and has none of us outlive it.
        new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            if (input.ReadByte() < 0) Kill();
        }) { IsBackground = true }.Start();
        var left = int.Parse(count, CultureInfo.InvariantCulture);
        ActivitySource.AddActivityListener(new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Landfall",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStarted = activity => Meet(activity, "begin"),
            ActivityStopped = activity => Meet(activity, "end"),
        });

        void Meet(Activity activity, string now)
        {
            if (now != moment || activity.OperationName != step || Interlocked.Decrement(ref left) != 0) return;
            File.WriteAllText(file, "");
            Kill();
        }

        static void Kill()
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}

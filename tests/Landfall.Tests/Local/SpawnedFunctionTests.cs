using System.Diagnostics;
using System.Globalization;
using Landfall.Local;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Local;

public sealed class SpawnedFunctionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_function_that_dies_is_started_again_on_the_same_port_and_ends_in_order_with_us()
    {
        // A program that says its port, ends on TERM with a word, and dies on KILL without one.
        string[] program = ["sh", "-c", "echo $PORT $WORD >> \"$OUT\"; trap 'echo stopped >> \"$OUT\"; exit 0' TERM; while :; do sleep 0.05; done"];
        var variables = new Dictionary<string, string> { ["OUT"] = _folder["out"], ["WORD"] = "hello" };
        string[] said;
        await using (var function = new SpawnedFunction("Sample", program, _folder["run"], variables, TimeProvider.System))
        {
            function.Start();
            await Until.TrueAsync(() => Said().Length == 1, "it runs");
            var first = int.Parse(await File.ReadAllTextAsync(function.PidFile), CultureInfo.InvariantCulture);
            using (var process = Process.GetProcessById(first))
            {
                process.Kill();
            }

            await Until.TrueAsync(() => Said().Length == 2, "it runs again");
            await Until.TrueAsync(() => File.ReadAllText(function.PidFile) != first.ToString(CultureInfo.InvariantCulture), "its new id is known");
            said = Said();
            said.ShouldBe([$"{function.Port} hello", $"{function.Port} hello"]);
        }

        Said().ShouldBe([.. said, "stopped"]);
        File.Exists(_folder["run", "Sample.pid"]).ShouldBeFalse();

        string[] Said() => File.Exists(_folder["out"]) ? File.ReadAllLines(_folder["out"]) : [];
    }
}

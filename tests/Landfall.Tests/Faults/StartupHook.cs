using Landfall.Tests.Faults;

/// <summary>
/// What .NET runs before a program's own first line when <c>DOTNET_STARTUP_HOOKS</c> names this assembly: so a test listens inside the very program that is deployed. The name, and that it has no
/// namespace, are .NET's (https://github.com/dotnet/runtime/blob/main/docs/design/features/host-startup-hook.md).
/// </summary>
#pragma warning disable MA0047 // .NET looks for it outside of any namespace.
internal static class StartupHook
{
    public static void Initialize() => Death.Await();
}

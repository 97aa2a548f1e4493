namespace Landfall.Hosting;
/// <summary>Placeholder.</summary>
public static class FunctionHost { }

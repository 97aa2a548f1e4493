using Xunit;

namespace Landfall.Tests.Deployment;

/// <summary>A test that asks Terraform itself; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TerraformFactAttribute : FactAttribute
{
    public TerraformFactAttribute()
    {
        if (TerraformConsole.Program is null) Skip = "there is no terraform on the PATH";
    }
}

using Microsoft.AspNetCore.Components;

namespace Landfall.Web;

/// <summary>Writes a page: from what was read, without asking anybody.</summary>
public abstract class PageView<TModel> : ComponentBase where TModel : class
{
    [Parameter, EditorRequired]
    public required TModel Model { get; set; }

    [CascadingParameter]
    public required Links Links { get; set; }
}

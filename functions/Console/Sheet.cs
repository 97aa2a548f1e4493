namespace Landfall.Web;

/// <summary>A page, read and not yet written.</summary>
/// <param name="Title">For the window, and above the page.</param>
/// <param name="Section">The link of the navigation that it belongs to.</param>
/// <param name="Component">What writes it: a <see cref="PageView{TModel}"/>.</param>
/// <param name="Model">What is on it.</param>
public sealed record Sheet(string Title, string Section, Type Component, object Model)
{
    public static Sheet Of<TComponent, TModel>(string title, string section, TModel model) where TComponent : PageView<TModel> where TModel : class => new(title, section, typeof(TComponent), model);
}

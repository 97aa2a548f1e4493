using Landfall.Tool;

return await ToolRoot.RunAsync(args, ToolHost.OfThisProcess());

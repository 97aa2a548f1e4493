namespace Landfall.Functions;

/// <summary>A body that is no export. The message says where and what was expected, and holds no value.</summary>
internal sealed class BadExportException(string message, Exception? inner = null) : Exception(message, inner);

using Landfall.Web.Drawing;
using Landfall.Reports;

namespace Landfall.Web.Reading;

/// <summary>A report's answer.</summary>
/// <param name="Asked">What was asked; null where the parameters can not be read, and <see cref="Fault"/> says why.</param>
/// <param name="Said">Each parameter's text, as the form shows it.</param>
/// <param name="Charts">Of all rows.</param>
public sealed record ReportModel(Report Report, Asked? Asked, IReadOnlyDictionary<string, string> Said, Answer? Answer, IReadOnlyList<BarChart> Charts, string? Fault, string? Hint);

using System.Globalization;

namespace Landfall.Rows.Xlsx;

/// <summary>Of each style that cells use, by its index, what it makes of a number.</summary>
internal sealed class Styles
{
    private readonly Dictionary<int, NumberFormat> _formats = [];
    private readonly List<int> _ids = [];

    public static Styles None { get; } = new();

    public NumberFormat this[int index]
    {
        get
        {
            if (index < 0 || index >= _ids.Count) return NumberFormat.General;
            return _formats.TryGetValue(_ids[index], out var format) ? format : FormatCode.BuiltIn(_ids[index]);
        }
    }

    public static Styles Read(PartReader part)
    {
        var styles = new Styles();
        if (!part.Root()) return styles;
        while (part.Child(0))
        {
            if (part.Name == "numFmts")
            {
                while (part.Child(1)) styles._formats[Id(part)] = FormatCode.Read(part.Attribute("formatCode"));
            }
            else if (part.Name == "cellXfs")
            {
                while (part.Child(1)) styles._ids.Add(Id(part));
            }
        }
        return styles;

        static int Id(PartReader part) => int.TryParse(part.Attribute("numFmtId"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
    }
}

namespace Landfall.Rows.Xlsx;

/// <summary>The texts that cells refer to by number; as UTF-8, one behind the other.</summary>
internal sealed class SharedStrings
{
    private readonly ByteBuffer _text = new(Limits.SharedStrings, "the workbook's text");
    private readonly List<int> _ends = [];

    public static SharedStrings None { get; } = new();

    public int Count => _ends.Count;

    public ReadOnlyMemory<byte> this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            return _text.From(start)[..(_ends[index] - start)];
        }
    }

    public static SharedStrings Read(PartReader part)
    {
        var strings = new SharedStrings();
        if (!part.Root()) return strings;
        while (part.Child(0))
        {
            if (part.Name != "si") continue;
            part.RichText(strings._text);
            strings._ends.Add(strings._text.Length);
            if (strings._ends.Count > Limits.Texts)
                throw new RejectException($"the workbook shares more than {Limits.Texts} texts", "it was made by a faulty program; open it in a spreadsheet and save it again as .xlsx", rule: "xlsx");
        }
        return strings;
    }
}

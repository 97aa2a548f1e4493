namespace Landfall.Rows.Xlsx;

/// <summary>A cell as the sheet has it.</summary>
/// <param name="Format">What a number means.</param>
/// <param name="Text">As it stands in the file; of a text, the text. Valid until the sheet moves on.</param>
internal readonly record struct SheetValue(ValueKind Kind, NumberFormat Format, ReadOnlyMemory<byte> Text)
{
    public bool IsBlank => Kind == ValueKind.Blank;
}

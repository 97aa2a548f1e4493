namespace Landfall.Rows.Xlsx;

/// <summary>
/// How much of a workbook is read: a few KB of zip can hold terabytes. The parts below, each to its limit, are
/// less than 1 GiB in sum. Of it the sheet is inflated twice, for its merged cells stand behind its rows; and a part of more than <see cref="RatioFrom"/> is inflated once more before, to be counted.
/// </summary>
internal static class Limits
{
    /// <summary>The workbook as it is stored, in bytes.</summary>
    public const int File = 64 << 20;

    /// <summary>Parts in the archive, read or not.</summary>
    public const int Entries = 10_000;

    /// <summary>The archive's list of its parts, in bytes: 10,000 of them with long names.</summary>
    public const int Directory = 8 << 20;

    /// <summary>The workbook's own part, and each list of relationships.</summary>
    public const int Workbook = 4 << 20;

    /// <summary>The texts that cells share; kept in memory, in less than what they take in the file.</summary>
    public const int SharedStrings = 32 << 20;

    /// <summary>How many there are: more of them fit in there only if they hold nothing.</summary>
    public const int Texts = 2_000_000;

    public const int Styles = 16 << 20;

    /// <summary>The sheet itself, which is streamed.</summary>
    public const int Sheet = 512 << 20;

    /// <summary>The text of all cells that are read: thousands of them may share one.</summary>
    public const long Text = 1L << 30;

    /// <summary>How many times longer than its compressed form a part may be, once it is longer than <see cref="RatioFrom"/>. Sheets of people have 5 to 40, those of programs that repeat one text over 100.</summary>
    public const int Ratio = 250;

    public const int RatioFrom = 8 << 20;

    /// <summary>
    /// Tags of a part, whatever its size: what a parser takes counts tags and not bytes, some two million in a second, and half a GiB of empty cells fits into 3 MB.
    /// Full sheets have one or two for each compressed byte, and seven where few values come again and again in cells without addresses.
    /// </summary>
    public const int Tags = 2_000_000;

    /// <summary>And so many more for each byte of its compressed form.</summary>
    public const int TagsPerByte = 16;

    /// <summary>Bytes from one '&lt;' to the next: a tag and the text behind it. A cell's text has 32,767 characters at most; what is longer is read into memory to no end.</summary>
    public const int Tag = 1 << 20;

    /// <summary>Elements in one another.</summary>
    public const int Depth = 64;

    /// <summary>Different names of elements, attributes and namespaces in one part: the parser keeps them all.</summary>
    public const int Names = 4096;

    /// <summary>Ranges of merged cells in a sheet.</summary>
    public const int Merges = 100_000;

    /// <summary>Cells in all of them: each has the value, so one line of a file could make a billion rows.</summary>
    public const int MergedCells = 4 << 20;
}

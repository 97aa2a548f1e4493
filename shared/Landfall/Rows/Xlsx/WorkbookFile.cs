using System.Text;

namespace Landfall.Rows.Xlsx;

/// <summary>The object's bytes in a temporary file, as a zip archive is read from its end. The file is gone when it is closed.</summary>
internal static class WorkbookFile
{
    private const int HeadLength = 1024;
    private const string SaveAs = "save it as .xlsx (Excel Workbook) and drop that";

    /// <exception cref="RejectException">It is too long, or no workbook by its first bytes: which kind of file it is then is said.</exception>
    public static async Task<FileStream> CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(Path.Combine(Path.GetTempPath(), $"landfall-{Guid.NewGuid():N}.xlsx"), options);
        try
        {
            var buffer = new byte[64 * 1024];
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                if (file.Length + read > Limits.File)
                    throw new RejectException($"the workbook is larger than {Limits.File >> 20} MiB", "split it, or drop the sheet as CSV", rule: "xlsx");
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
            Check(file);
            return file;
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static void Check(FileStream file)
    {
        var head = new byte[HeadLength];
        file.Position = 0;
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if (head.AsSpan().StartsWith("PK\x3\x4"u8) || head.AsSpan().StartsWith("PK\x5\x6"u8)) return;
        var (kind, hint) = head switch
        {
            [] => ("is empty", "drop the workbook again"),
            [0xD0, 0xCF, 0x11, 0xE0, ..] when Holds(file, "EncryptedPackage") => ("is protected with a password", "save it without one"),
            [0xD0, 0xCF, 0x11, 0xE0, ..] => ("is a workbook of the old format (.xls), or another old Office file", SaveAs),
            [0x1F, 0x8B, ..] => ("is compressed with gzip", "drop the workbook as it is; it is compressed already"),
            _ when head.AsSpan().ContainsAnyInRange<byte>(0, 8) => ("is not a workbook", SaveAs),
            _ when Markup(head) => ("is HTML or XML, not a workbook; spreadsheets open such a file all the same", SaveAs),
            _ => ("is text, perhaps CSV, not a workbook", $"{SaveAs}, or let the contract say that it is CSV"),
        };
        throw new RejectException($"the file {kind}", hint, rule: "xlsx");
    }

    private static bool Markup(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\uFEFF"u8)) head = head[3..];
        return head.TrimStart(" \t\r\n"u8) is [(byte)'<', ..];
    }

    /// <summary>Whether a name stands among those of an old Office file, which are UTF-16 (MS-CFB 2.6.4) and lie anywhere.</summary>
    private static bool Holds(FileStream file, string name)
    {
        var wanted = Encoding.Unicode.GetBytes(name);
        var buffer = new byte[64 * 1024];
        file.Position = 0;
        var kept = 0;
        for (int read; (read = file.Read(buffer.AsSpan(kept))) > 0;)
        {
            var filled = buffer.AsSpan(0, kept + read);
            if (filled.IndexOf(wanted) >= 0) return true;
            kept = Math.Min(filled.Length, wanted.Length - 1);
            filled[^kept..].CopyTo(buffer);
        }
        return false;
    }
}

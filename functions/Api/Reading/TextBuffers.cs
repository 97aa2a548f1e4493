using System.Collections.Concurrent;
using Landfall.Rows;

namespace Landfall.Rest.Reading;

/// <summary>Buffers that answers are written to, used again: a page of a hundred rows has outgrown a new one several times.</summary>
internal static class TextBuffers
{
    private const int Kept = 32;

    private static readonly ConcurrentQueue<TextBuffer> Free = new();

    public static TextBuffer Rent() => Free.TryDequeue(out var buffer) ? buffer : new();

    public static void Return(TextBuffer buffer)
    {
        if (Free.Count >= Kept) return;
        buffer.Clear();
        Free.Enqueue(buffer);
    }
}

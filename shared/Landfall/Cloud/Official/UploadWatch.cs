using System.Globalization;

namespace Landfall.Cloud;

/// <summary>What an upload by Google's libraries shows on its way and does not tell: its address, and whether the service takes anything of it.</summary>
internal sealed class UploadWatch
{
    /// <summary>The upload of the flow that has set it.</summary>
    public static readonly AsyncLocal<UploadWatch?> Current = new();

    private long _most;
    private int _fruitless;

    /// <summary>Null until it has begun. The libraries tell it for content alone that can be read twice.</summary>
    public Uri? Session { get; set; }

    /// <summary>The answer to the part that was sent last, if it was refused: it may say how long to wait.</summary>
    public HttpResponseMessage? Refusal { get; set; }

    /// <summary>A part was answered with 308: so much has arrived. The libraries would send for ever what is never taken.</summary>
    /// <exception cref="RetryException">Nothing more arrives, again and again.</exception>
    public void Continues(HttpResponseMessage response)
    {
        // "bytes=0-524287", or without its unit.
        var range = response.Headers.TryGetValues("Range", out var ranges) ? ranges.First() : "";
        var arrived = long.TryParse(range.AsSpan(range.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last + 1 : 0;
        // What the service had and forgot goes up again, but that is no progress.
        if (arrived > _most) (_most, _fruitless) = (arrived, 0);
        else if (++_fruitless > Backoff.Retries) throw new RetryException($"{response.RequestMessage?.RequestUri?.Host} takes nothing of an upload beyond byte {_most}");
    }
}

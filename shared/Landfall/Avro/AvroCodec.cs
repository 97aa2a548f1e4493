namespace Landfall.Avro;

/// <summary>How a block is compressed: the two codecs that every implementation has.</summary>
public enum AvroCodec
{
    /// <summary>Not at all; <c>null</c> in the file.</summary>
    None,

    /// <summary>RFC 1951 without zlib's header and checksum.</summary>
    Deflate,
}

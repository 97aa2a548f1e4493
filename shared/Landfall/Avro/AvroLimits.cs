namespace Landfall.Avro;

/// <summary>Where a file ends that was made to hurt its reader. Real files are far from all of them.</summary>
public static class AvroLimits
{
    /// <summary>Bytes of the header: the schema and all other metadata.</summary>
    public const int HeaderBytes = 1 << 20;

    /// <summary>Bytes of a block, both as stored and inflated. Writers close a block after 16 to 64 KB, or a few MB.</summary>
    public const int BlockBytes = 32 << 20;

    /// <summary>How many times its stored size a block beyond 1 MiB may inflate to.</summary>
    public const int Ratio = 256;

    /// <summary>Records, arrays and maps inside each other, in a schema as in a value; JSON readers draw the line at the same depth.</summary>
    public const int Depth = 64;

    /// <summary>Digits of a decimal.</summary>
    public const int Precision = 1000;

    /// <summary>Bytes of a decimal's value: 154 digits.</summary>
    public const int DecimalBytes = 64;

    /// <summary>
    /// Values for each byte of a block, and <see cref="FreeValues"/> for the whole file besides. A null takes no byte, nor does a record of nulls, so a
    /// few bytes could ask for 2^60 of them.
    /// </summary>
    public const int ValuesPerByte = 16;

    public const int FreeValues = 1 << 20;
}

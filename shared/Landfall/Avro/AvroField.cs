namespace Landfall.Avro;

/// <summary>A field of a record.</summary>
/// <param name="name">As the schema writes it: the specification's form of names is not enforced on others' files.</param>
/// <param name="schema">Its type.</param>
public sealed class AvroField(string name, AvroSchema schema)
{
    public string Name { get; } = name;

    public AvroSchema Schema { get; } = schema;

    /// <summary>The name in UTF-8.</summary>
    internal byte[] Utf8Name { get; } = System.Text.Encoding.UTF8.GetBytes(name);

    public override string ToString() => Name;
}

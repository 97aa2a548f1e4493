using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Landfall.Avro;

/// <summary>
/// A schema's JSON (https://avro.apache.org/docs/1.12.0/specification/#schema-declaration). A name is looked up, never expanded: a schema whose expansion
/// is exponential stays as small as it is written.
/// </summary>
internal sealed class AvroSchemaParser
{
    private const string Hint = "write the file with a schema as https://avro.apache.org/docs/1.12.0/specification/ has it";

    /// <summary>A record in a record's field takes four levels of JSON.</summary>
    private const int MaxJsonDepth = 4 * AvroLimits.Depth;

    private readonly Dictionary<string, AvroSchema> _named = new(StringComparer.Ordinal);

    public static AvroSchema Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Length > AvroLimits.HeaderBytes) throw Fault($"it is longer than {AvroLimits.HeaderBytes >> 10} KiB");
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxJsonDepth });
            var parser = new AvroSchemaParser();
            var schema = parser.Read(document.RootElement, "");
            return AvroNesting.IsWithinLimit(parser._named.Values) ? schema
                : throw Fault($"its records lie more than {AvroLimits.Depth} deep in each other, or one contains itself without an end");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // JsonElement throws the latter for text that is not UTF-8.
            throw Fault($"it is no JSON, or is nested more than {MaxJsonDepth} deep", e);
        }
    }

    private AvroSchema Read(JsonElement json, string space)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return Named(json.GetString()!, space);
            case JsonValueKind.Array:
                return Union(json, space);
            case JsonValueKind.Object:
                break;
            default:
                throw Fault("a type must be a name, an array or an object");
        }
        if (!json.TryGetProperty("type", out var type)) throw Fault("an object that should be a type has no \"type\"");
        if (type.ValueKind != JsonValueKind.String) return Read(type, space);
        var kind = type.GetString()!;
        switch (kind)
        {
            case "record" or "error":
                return Record(json, space);
            case "enum":
                var (enumeration, _) = FullName(json, space);
                return Define(new(AvroKind.Enum) { Name = enumeration, Symbols = Symbols(json, enumeration) });
            case "fixed":
                return Fixed(json, space);
            case "array":
                return new(AvroKind.Array) { Items = Read(Member(json, "items", "an array"), space) };
            case "map":
                return new(AvroKind.Map) { Items = Read(Member(json, "values", "a map"), space) };
            default:
                return Primitive(kind) is { } primitive ? AvroLogicalTypes.Apply(primitive, json) : Named(kind, space);
        }
    }

    private AvroSchema Record(JsonElement json, string space)
    {
        var (name, inner) = FullName(json, space);
        // Before its fields are read: one of them may refer to it.
        var record = Define(new(AvroKind.Record) { Name = name });
        var fields = Member(json, "fields", Shown(name));
        if (fields.ValueKind != JsonValueKind.Array) throw Fault($"the fields of {Shown(name)} must be an array");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var builder = ImmutableArray.CreateBuilder<AvroField>(fields.GetArrayLength());
        foreach (var field in fields.EnumerateArray())
        {
            if (field.ValueKind != JsonValueKind.Object) throw Fault($"a field of {Shown(name)} must be an object");
            var fieldName = Text(field, "name", $"a field of {Shown(name)}");
            if (!seen.Add(fieldName)) throw Fault($"{Shown(name)} has two fields of the name {Shown(fieldName)}");
            builder.Add(new AvroField(fieldName, Read(Member(field, "type", $"the field {Shown(fieldName)}"), inner)));
        }
        record.Fields = builder.MoveToImmutable();
        return record;
    }

    private AvroSchema Fixed(JsonElement json, string space)
    {
        var (name, _) = FullName(json, space);
        if (Member(json, "size", Shown(name)) is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt32(out var size) || size < 0)
            throw Fault($"the size of {Shown(name)} must be a whole number from 0 to {int.MaxValue}");
        return Define(AvroLogicalTypes.Apply(new(AvroKind.Fixed) { Name = name, Size = size }, json));
    }

    private AvroSchema Union(JsonElement json, string space)
    {
        var branches = ImmutableArray.CreateBuilder<AvroSchema>(json.GetArrayLength());
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in json.EnumerateArray())
        {
            var branch = Read(element, space);
            if (branch.Kind == AvroKind.Union) throw Fault("a union stands directly in a union");
            if (!seen.Add(branch.Name ?? $"{branch.Kind}")) throw Fault($"a union has {Shown($"{branch}")} twice");
            branches.Add(branch);
        }
        if (branches.Count == 0) throw Fault("a union has no type");
        return new(AvroKind.Union) { Branches = branches.MoveToImmutable() };
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Symbols(JsonElement json, string name)
    {
        var symbols = Member(json, "symbols", Shown(name));
        if (symbols.ValueKind != JsonValueKind.Array || symbols.EnumerateArray().Any(s => s.ValueKind != JsonValueKind.String))
            throw Fault($"the symbols of {Shown(name)} must be an array of strings");
        return [.. symbols.EnumerateArray().Select(s => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(s.GetString()!))];
    }

    private AvroSchema Define(AvroSchema schema) => _named.TryAdd(schema.Name!, schema) ? schema : throw Fault($"{Shown(schema.Name!)} is defined twice");

    private AvroSchema Named(string name, string space)
    {
        if (Primitive(name) is { } primitive) return primitive;
        if (space.Length > 0 && !name.Contains('.', StringComparison.Ordinal) && _named.TryGetValue($"{space}.{name}", out var near)) return near;
        return _named.TryGetValue(name, out var schema) ? schema : throw Fault($"{Shown(name)} is no type and is defined nowhere before it is used");
    }

    /// <summary>The full name and the namespace in it (https://avro.apache.org/docs/1.12.0/specification/#names).</summary>
    private static (string Name, string Space) FullName(JsonElement json, string space)
    {
        var name = Text(json, "name", "a record, an enum or a fixed");
        var dot = name.LastIndexOf('.');
        if (dot >= 0) return (name, name[..dot]);
        if (json.TryGetProperty("namespace", out var own) && own.ValueKind == JsonValueKind.String) space = own.GetString()!;
        return (space.Length == 0 ? name : $"{space}.{name}", space);
    }

    private static AvroSchema? Primitive(string name) => name switch
    {
        "null" => new(AvroKind.Null),
        "boolean" => new(AvroKind.Boolean),
        "int" => new(AvroKind.Int),
        "long" => new(AvroKind.Long),
        "float" => new(AvroKind.Float),
        "double" => new(AvroKind.Double),
        "bytes" => new(AvroKind.Bytes),
        "string" => new(AvroKind.String),
        _ => null,
    };

    private static JsonElement Member(JsonElement json, string member, string of) => json.TryGetProperty(member, out var value) ? value : throw Fault($"{of} has no \"{member}\"");

    private static string Text(JsonElement json, string member, string of) =>
        Member(json, member, of) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : throw Fault($"the \"{member}\" of {of} must be a text that is not empty");

    /// <summary>A name for people: no control character, no more of it than helps.</summary>
    private static string Shown(string name)
    {
        var shown = new StringBuilder("'");
        foreach (var rune in name.EnumerateRunes().Take(60)) shown.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        return shown.Append('\'').ToString();
    }

    private static RejectException Fault(string what, Exception? inner = null) => new($"the schema in the header of the Avro file can not be read: {what}", Hint, rule: "avro", inner: inner);
}

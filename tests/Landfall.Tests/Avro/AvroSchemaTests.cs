using System.Text;
using Landfall.Avro;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Avro;

public sealed class AvroSchemaTests
{
    [Fact]
    public void Names_are_found_in_their_namespace_and_a_record_may_hold_itself()
    {
        var top = Parse("""
            {"type":"record","name":"top","namespace":"a.b","fields":[
              {"name":"suit","type":{"type":"enum","name":"suit","symbols":["X","Y"]}},
              {"name":"near","type":"suit"},
              {"name":"far","type":"a.b.suit"},
              {"name":"other","type":{"type":"fixed","name":"c.d.hash","size":4}},
              {"name":"again","type":"c.d.hash"},
              {"name":"self","type":["null","top"]}]}
            """);
        top.Name.ShouldBe("a.b.top");
        var types = top.Fields.Select(f => f.Schema).ToArray();
        types[1].ShouldBeSameAs(types[0]);
        types[2].ShouldBeSameAs(types[0]);
        types[4].ShouldBeSameAs(types[3]);
        (types[3].Name, types[3].Size).ShouldBe(("c.d.hash", 4));
        types[5].Branches[1].ShouldBeSameAs(top);
    }

    [Theory]
    [InlineData("""{"type":"int","logicalType":"date"}""", AvroLogicalType.Date)]
    [InlineData("""{"type":"int","logicalType":"time-millis"}""", AvroLogicalType.TimeMillis)]
    [InlineData("""{"type":"long","logicalType":"timestamp-micros","adjust":true}""", AvroLogicalType.TimestampMicros)]
    [InlineData("""{"type":"string","logicalType":"uuid"}""", AvroLogicalType.Uuid)]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":4,"scale":4}""", AvroLogicalType.Decimal)]
    [InlineData("""{"type":"fixed","name":"f","size":2,"logicalType":"decimal","precision":4}""", AvroLogicalType.Decimal)]
    [InlineData("""{"type":"fixed","name":"f","size":2,"logicalType":"decimal","precision":5}""", AvroLogicalType.None)]
    [InlineData("""{"type":"bytes","logicalType":"decimal"}""", AvroLogicalType.None)]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":0}""", AvroLogicalType.None)]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":4,"scale":5}""", AvroLogicalType.None)]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":4,"scale":-1}""", AvroLogicalType.None)]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":4,"scale":"2"}""", AvroLogicalType.None)]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":2147483647,"scale":2147483647}""", AvroLogicalType.None)]
    [InlineData("""{"type":"long","logicalType":"date"}""", AvroLogicalType.None)]
    [InlineData("""{"type":"string","logicalType":"datetime"}""", AvroLogicalType.None)]
    [InlineData("""{"type":"fixed","name":"f","size":12,"logicalType":"duration"}""", AvroLogicalType.None)]
    [InlineData("""{"type":"int","logicalType":7}""", AvroLogicalType.None)]
    public void A_logical_type_that_does_not_fit_is_passed_over(string json, AvroLogicalType expected) => Parse(json).Logical.ShouldBe(expected);

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("{", "no JSON")]
    [InlineData("7", "a name, an array or an object")]
    [InlineData("\"integer\"", "'integer' is no type")]
    [InlineData("\"\\ud800\"", "no JSON")]
    [InlineData("{}", "no \"type\"")]
    [InlineData("[]", "a union has no type")]
    [InlineData("""["int","int"]""", "'Int' twice")]
    [InlineData("""["int",["null"]]""", "directly in a union")]
    [InlineData("""{"type":"array"}""", "no \"items\"")]
    [InlineData("""{"type":"map"}""", "no \"values\"")]
    [InlineData("""{"type":"record","name":"r"}""", "no \"fields\"")]
    [InlineData("""{"type":"record","fields":[]}""", "no \"name\"")]
    [InlineData("""{"type":"record","name":"","fields":[]}""", "not empty")]
    [InlineData("""{"type":"record","name":"r","fields":[7]}""", "must be an object")]
    [InlineData("""{"type":"record","name":"r","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}""", "two fields of the name 'a'")]
    [InlineData("""{"type":"record","name":"r","fields":[{"name":"a","type":"b"}]}""", "'b' is no type")]
    [InlineData("""{"type":"record","name":"r","fields":[{"name":"a","type":"r"}]}""", "without an end")]
    [InlineData("""[{"type":"record","name":"r","fields":[]},{"type":"enum","name":"r","symbols":[]}]""", "'r' is defined twice")]
    [InlineData("""{"type":"fixed","name":"f","size":-1}""", "size of 'f'")]
    [InlineData("""{"type":"fixed","name":"f","size":1.5}""", "size of 'f'")]
    [InlineData("""{"type":"enum","name":"e","symbols":["a",1]}""", "array of strings")]
    public void What_is_no_schema_says_why(string json, string fault)
    {
        var e = Should.Throw<RejectException>(() => Parse(json));
        e.Message.ShouldContain(fault);
        (e.Rule, e.Hint is null).ShouldBe(("avro", false));
    }

    private static AvroSchema Parse(string json) => AvroSchema.Parse(Encoding.UTF8.GetBytes(json));
}

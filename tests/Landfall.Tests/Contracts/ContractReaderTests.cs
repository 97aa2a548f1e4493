using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts;

/// <summary>What a contract says is what the model holds.</summary>
public sealed class ContractReaderTests
{
    private const string Everything =
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: everything
        name: Everything at once
        version: 2.3.4
        status: draft
        tenant: acme
        domain: all
        dataProduct: things
        tags: [ a, b ]
        price: { priceAmount: 1.5, priceCurrency: EUR, priceUnit: gigabyte }
        description: { purpose: To show every word., usage: none, limitations: none }
        team: { name: "42", members: [ { username: somebody } ] }
        roles: [ { role: reader, access: read } ]
        support: [ { channel: c } ]
        slaDefaultElement: a
        slaProperties: [ { property: latency, value: 4, unit: d } ]
        authoritativeDefinitions: [ { url: "https://example.com", type: definition } ]
        contractCreatedTs: "2021-11-07T00:00:00Z"
        servers:
          - { server: first, type: postgres, environment: test, schema: of_test }
          - { server: second, type: bigquery, environment: prod, project: p, dataset: of_prod }
          - { server: third, type: postgres, schema: of_others }
        customProperties:
          - { property: elsewhere, value: { any: thing } }
          - property: landfall
            value:
              object: b/all/{date:yyyy-MM-dd}/*.csv
              format: { delimiter: "\t", header: true, encoding: UTF-8 }
              unknownColumns: discard
              maxRejectedPercent: 0.5
              waitForParents: 2h
        schema:
          - name: Children of all
            physicalName: children
            logicalType: object
            physicalType: table
            businessName: Children
            dataGranularityDescription: one row per child
            description: |
              Two
              lines.
            tags: []
            quality: []
            relationships: []
            customProperties: [ { property: landfall, value: { write: upsert } } ]
            properties:
              - { name: b, logicalType: string, primaryKey: true, primaryKeyPosition: 2 }
        """;

    [Fact]
    public void A_contract_is_compiled_whole()
    {
        using var folder = new ContractFolder().With("everything", Everything +
            """

                  - { name: a, logicalType: integer, primaryKey: true, primaryKeyPosition: 1, relationships: [ { to: parents.id } ] }
              - name: parents
                physicalName: elsewhere.parents
                customProperties: [ { property: landfall, value: { write: upsert } } ]
                properties:
                  - { name: id, logicalType: integer, unique: true, required: false, quality: [] }
                  - { name: k, logicalType: integer, primaryKey: true }
            """);

        var contract = folder.Read().All.ShouldHaveSingleItem();

        (contract.Id.Name, contract.Version, contract.File, contract.Team, contract.Purpose)
            .ShouldBe(("everything", "2.3.4", "everything.odcs.yaml", "42", "To show every word."));
        (contract.Object!.Bucket, contract.Object.Name, contract.Object.HasDate).ShouldBe(("b", "all/{date:yyyy-MM-dd}/*.csv", true));
        contract.Format.ShouldBe(new FileFormat { Delimiter = '\t' });
        (contract.Sink, contract.Schema.Name).ShouldBe((SinkKind.Postgres, "of_test"));
        (contract.UnknownColumns, contract.MaxRejectedPercent, contract.WaitForParents)
            .ShouldBe((UnknownColumns.Discard, 0.5, TimeSpan.FromHours(2)));

        contract.Tables.Select(table => table.ToString()).ShouldBe(["elsewhere.parents", "of_test.children"]);
        var (parents, children) = (contract.Tables[0], contract.Tables[1]);
        (parents.Write, parents.Description, parents.Key.Count).ShouldBe((WriteMode.Upsert, null, 1));
        (parents.Columns[0].Unique, parents.Columns[0].Required).ShouldBe((true, false));
        (children.Write, children.Description).ShouldBe((WriteMode.Upsert, "Two\nlines.\n"));
        children.Columns.Select(column => $"{column} {column.Required}").ShouldBe(["b True", "a True"]);
        children.Key.Select(column => column.Name.Name).ShouldBe(["a", "b"]);
        children.Key[1].ShouldBeSameAs(children.Columns[0]);
        children.Relationships.ShouldHaveSingleItem().ShouldBe(
            new Relationship(children.Columns[1], Identifier.Parse("elsewhere"), Identifier.Parse("parents"), Identifier.Parse("id"),
                Identifier.Parse("everything")));
    }

    [Fact]
    public void What_is_not_said_has_its_default()
    {
        using var folder = new ContractFolder().With("x");

        var contract = folder.Read().All.Single();

        contract.Format.ShouldBe(new FileFormat { Delimiter = ',', Header = true });
        (contract.UnknownColumns, contract.MaxRejectedPercent, contract.WaitForParents, contract.Purpose)
            .ShouldBe((UnknownColumns.Refuse, 100, TimeSpan.FromMinutes(5), null));
        var column = contract.Tables.Single().Columns.Single();
        column.ShouldBe(new Column { Name = Identifier.Parse("id"), Type = ColumnType.Int64, Source = "id", Required = true });
    }

    [Theory]
    [InlineData(null, SinkKind.Postgres, "of_test")]
    [InlineData("test", SinkKind.Postgres, "of_test")]
    [InlineData("prod", SinkKind.BigQuery, "of_prod")]
    [InlineData("staging", SinkKind.Postgres, "of_others")]
    public void The_environment_picks_the_server(string? environment, SinkKind sink, string schema)
    {
        using var folder = new ContractFolder().With("everything", Everything.Replace(", primaryKeyPosition: 2", ""));

        var contract = folder.Read(environment).All.Single();

        (contract.Sink, contract.Schema.Name, contract.Tables[0].Schema.Name).ShouldBe((sink, schema, schema));
    }

    [Fact]
    public void No_server_serves_an_environment_that_none_is_meant_for()
    {
        using var folder = new ContractFolder().With("x", ContractFolder.Plain("x").Replace("{ server: s,", "{ server: s, environment: test,"));

        var e = Assert.Throws<ContractFaultException>(() => folder.Read("prod"));

        e.Faults.ShouldHaveSingleItem().Message.ShouldBe("has no server for the environment 'prod'");
        folder.Read("test").All.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("logicalType: string", ColumnType.Text, null, null)]
    [InlineData("logicalType: string, physicalType: TEXT", ColumnType.Text, null, null)]
    [InlineData("logicalType: integer, physicalType: bigint", ColumnType.Int64, null, null)]
    [InlineData("logicalType: number", ColumnType.Numeric, null, null)]
    [InlineData("logicalType: number, physicalType: numeric", ColumnType.Numeric, null, null)]
    [InlineData("logicalType: number, physicalType: numeric(12)", ColumnType.Numeric, 12, 0)]
    [InlineData("logicalType: number, physicalType: \"numeric(12, 2)\"", ColumnType.Numeric, 12, 2)]
    [InlineData("logicalType: number, physicalType: \"NUMERIC (28,28)\"", ColumnType.Numeric, 28, 28)]
    [InlineData("logicalType: number, physicalType: double precision", ColumnType.Double, null, null)]
    [InlineData("logicalType: boolean", ColumnType.Boolean, null, null)]
    [InlineData("logicalType: date", ColumnType.Date, null, null)]
    [InlineData("logicalType: timestamp, physicalType: timestamptz", ColumnType.Timestamp, null, null)]
    [InlineData("logicalType: time", ColumnType.Time, null, null)]
    [InlineData("logicalType: object", ColumnType.Json, null, null)]
    [InlineData("logicalType: array, physicalType: jsonb", ColumnType.Json, null, null)]
    public void A_type_is_what_the_warehouse_calls_it(string words, ColumnType type, int? precision, int? scale)
    {
        var column = Column(words);

        (column.Type, column.Precision, column.Scale).ShouldBe((type, precision, scale));
    }

    [Fact]
    public void BigQuery_has_its_own_names()
    {
        const string properties =
            """[ { name: a, logicalType: number, physicalType: FLOAT64 }, { name: b, logicalType: number, physicalType: "NUMERIC(10,2)" } ]""";
        using var folder = new ContractFolder().With("x", ContractFolder.Plain("x", properties).Replace("type: postgres, schema: t", "type: bigquery, dataset: t"));

        folder.Read().All.Single().Tables.Single().Columns.Select(column => column.Type).ShouldBe([ColumnType.Double, ColumnType.Numeric]);
    }

    [Theory]
    [InlineData("minimum: 1, maximum: 5", "[1,5]")]
    [InlineData("exclusiveMinimum: 1, exclusiveMaximum: 5", "(1,5)")]
    [InlineData("minimum: 1, exclusiveMinimum: 1", "(1,")]
    [InlineData("minimum: 2, exclusiveMinimum: 1", "[2,")]
    [InlineData("maximum: -0.5e1, exclusiveMaximum: 0", ",-5]")]
    [InlineData("format: i8, maximum: 5", "[-128,5]")]
    [InlineData("format: u32, minimum: -7", "[0,4294967295]")]
    [InlineData("format: i16", "[-32768,32767]")]
    [InlineData("format: i32", "[-2147483648,2147483647]")]
    [InlineData("format: u8", "[0,255]")]
    [InlineData("format: u16", "[0,65535]")]
    [InlineData("format: i64", ",")]
    public void Of_two_limits_the_tighter_counts(string options, string limits)
    {
        var column = Column($"logicalType: integer, logicalTypeOptions: {{ {options} }}");

        static string Value(Bound? bound) => bound is { } b ? b.Value.ToString("0.#") : "";
        $"{(column.Minimum is { } low ? low.Exclusive ? "(" : "[" : "")}{Value(column.Minimum)},{Value(column.Maximum)}{(column.Maximum is { } high ? high.Exclusive ? ")" : "]" : "")}".ShouldBe(limits);
    }

    [Theory]
    [InlineData("^[0-9]{5}$", "12345", true)]
    [InlineData("^[0-9]{5}$", "12345\n", false)]
    [InlineData("^[0-9]{5}$", "123456", false)]
    [InlineData("[0-9]{5}", "x12345", false)]
    [InlineData("a|b", "ab", false)]
    [InlineData("a|b", "b", true)]
    [InlineData(@"\d{2}", "٤٢", false)]
    [InlineData(@"[\d-]+", "4-2", true)]
    [InlineData(@"\w+", "é", false)]
    [InlineData(@"\D\W", "٤é", true)]
    [InlineData(@"\\d", @"\d", true)]
    [InlineData(@"[\]\d]", "]", true)]
    [InlineData(@"(?i)abc", "ABC", true)]
    [InlineData("é+", "éé", true)]
    public void A_pattern_matches_whole_values_as_ECMA_262_means_it(string pattern, string value, bool matches)
    {
        var column = Column($"logicalType: string, logicalTypeOptions: {{ minLength: 1, maxLength: 9, pattern: '{pattern}' }}");

        column.Pattern.ShouldNotBeNull().IsMatch(value).ShouldBe(matches);
        (column.PatternText, column.MinLength, column.MaxLength).ShouldBe((pattern, 1, 9));
    }

    [Theory]
    [InlineData("date", "dd/MM/yyyy")]
    [InlineData("date", "d.M.yyyy")]
    [InlineData("time", "HH:mm")]
    [InlineData("timestamp", "yyyy-MM-dd")]
    [InlineData("timestamp", "yyyy-MM-dd'T'HH:mm:ss'Z'")]
    public void A_format_of_dates_and_times_is_kept(string type, string format) =>
        Column($"logicalType: {type}, logicalTypeOptions: {{ format: \"{format}\" }}").Format.ShouldBe(format);

    [Fact]
    public void A_column_reads_another_of_the_file_and_pads_it()
    {
        var column = Column("logicalType: string, transformSourceObjects: [ Zip Code ], transformLogic: \"lpad(Zip Code, 5, ' ')\"");

        (column.Source, column.Pad).ShouldBe(("Zip Code", new Padding(5, ' ')));
        Column("logicalType: date, transformSourceObjects: [ \"{date}\" ]").Source.ShouldBe(Landfall.Contracts.Column.DateSource);
    }

    [Theory]
    [InlineData("0s", 0)]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("24h", 86_400)]
    public void A_wait_has_a_unit(string wait, int seconds)
    {
        using var folder = new ContractFolder().With("x", ContractFolder.Plain("x").Replace("csv\"", $"csv\", waitForParents: {wait}"));

        folder.Read().All.Single().WaitForParents.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void References_go_by_id_where_there_is_one_and_by_name_within_a_contract()
    {
        using var folder = new ContractFolder().With("x",
            ContractFolder.Plain("x").Split("schema:\n")[0] +
            """
            schema:
              - { name: d, properties: [ { name: b, logicalType: integer, relationships: [ { type: foreignKey, to: b.id } ] } ] }
              - { name: c, properties: [ { name: b, logicalType: integer, relationships: [ { to: /schema/b-table/properties/the-id } ] } ] }
              - name: b
                id: b-table
                properties:
                  - { name: id, id: the-id, logicalType: integer, primaryKey: true, relationships: [ { to: "x.odcs.yaml#/schema/a/properties/id" } ] }
              - { name: a, properties: [ { name: id, logicalType: integer, primaryKey: true } ] }
              - { name: free, properties: [ { name: id, logicalType: integer } ] }
            """);

        folder.Read().All.Single().Tables.Select(table => table.Name.Name).ShouldBe(["a", "b", "d", "c", "free"]);
    }

    private static Column Column(string words)
    {
        using var folder = new ContractFolder().With("x", ContractFolder.Plain("x", $"[ {{ name: a, {words} }} ]"));
        return folder.Read().All.Single().Tables.Single().Columns.Single();
    }
}

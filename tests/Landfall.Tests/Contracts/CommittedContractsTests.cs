using Landfall.Contracts;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Contracts;

/// <summary>The contracts of shared/contracts, as the rest of the house gets them.</summary>
public sealed class CommittedContractsTests
{
    private static readonly ContractSet Contracts = ContractReader.Read(Path.Combine(ContractFolder.Repository, "shared", "contracts"), null);

    [Fact]
    public void All_files_are_contracts() =>
        Contracts.All.Select(contract => contract.File).ShouldBe(
            Directory.GetFiles(Path.Combine(ContractFolder.Repository, "shared", "contracts"), "*.yaml").Select(Path.GetFileName)
                .Order(StringComparer.Ordinal));

    [Fact]
    public void All_say_what_they_are_for()
    {
        foreach (var contract in Contracts.All) contract.Purpose.ShouldNotBeNullOrEmpty($"{contract.File} needs a description.purpose");
    }

    [Theory]
    [InlineData("people/people_20211107.csv", "people")]
    [InlineData("hiring/departments_20211107.csv", "departments")]
    [InlineData("hiring/jobs_20211107.csv.gz", "jobs")]
    [InlineData("hiring/hired_employees_20211107.csv", "hired_employees")]
    public void Each_claims_its_drop_path(string name, string id)
    {
        var (contract, date) = Contracts.Claim("drop-zone", name).ShouldNotBeNull();

        contract.Id.Name.ShouldBe(id);
        date.ShouldBe(new DateOnly(2021, 11, 7));
    }

    [Fact]
    public void People_are_three_tables_of_one_file()
    {
        var people = Contracts[Identifier.Parse("people")];

        people.Tables.Select(table => $"{table} ({string.Join(", ", table.Key)})").ShouldBe(
            ["people.people (email)", "people.departments (department)", "people.person_departments (email, department)"]);
        people.Format.Header.ShouldBeTrue();
        people.MaxRejectedPercent.ShouldBeLessThan(100);
        people.Tables[2].Relationships.Select(r => $"{r.Column} → {r.ParentTable}.{r.ParentColumn}")
            .ShouldBe(["email → people.email", "department → departments.department"]);
        people.Tables.SelectMany(table => table.Columns).Select(column => column.Source).Distinct()
            .ShouldBe("first_name,last_name,company_name,address,city,state,zip,phone1,phone2,email,department".Split(','), ignoreOrder: true);
        people.Tables[0].Columns.Single(column => column.Name.Name == "zip").Pad.ShouldBe(new Padding(5, '0'));
    }

    [Fact]
    public void Hires_wait_ten_seconds_for_their_department_and_job()
    {
        var hires = Contracts[Identifier.Parse("hired_employees")];

        hires.WaitForParents.ShouldBe(TimeSpan.FromSeconds(10));
        hires.Format.Header.ShouldBeFalse();
        var table = hires.Tables.ShouldHaveSingleItem();
        table.Columns.Select(column => $"{column} {column.Type} {column.Required}").ShouldBe(
            ["id Int64 True", "name Text True", "datetime Timestamp True", "department_id Int64 True", "job_id Int64 True"]);
        table.Relationships.Select(r => $"{r.Column} → {r.ParentContract}: {r.ParentQuoted}.{r.ParentColumn}").ShouldBe(
            ["department_id → departments: \"hiring\".\"departments\".id", "job_id → jobs: \"hiring\".\"jobs\".id"]);
    }

    [Theory]
    [InlineData("departments", "department")]
    [InlineData("jobs", "job")]
    public void What_hires_refer_to_is_upserted_from_files_without_a_header(string id, string name)
    {
        var contract = Contracts[Identifier.Parse(id)];

        contract.Format.Header.ShouldBeFalse();
        contract.Team.ShouldBe("hiring");
        var table = contract.Tables.ShouldHaveSingleItem();
        table.ToString().ShouldBe($"hiring.{id}");
        table.Write.ShouldBe(WriteMode.Upsert);
        table.Columns.Select(column => $"{column} {column.Type} {column.Required}").ShouldBe(["id Int64 True", $"{name} Text True"]);
        table.Key.ShouldBe([table.Columns[0]]);
    }
}

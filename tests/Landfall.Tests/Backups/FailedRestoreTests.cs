using Landfall.Avro;
using Landfall.Backups;
using Landfall.Contracts;
using Shouldly;
using Xunit;
using static Landfall.Tests.Suites.TestContracts;

namespace Landfall.Tests.Backups;

/// <summary>A restore that fails, at whatever step, leaves table and ledger as they were, and says why.</summary>
public sealed class FailedRestoreTests : IAsyncLifetime
{
    private static readonly Column Id = Column("id", ColumnType.Int64, required: true);

    private static readonly Contract Parents = Contract("parents", Table("family", "parents", WriteMode.Upsert, 1, Id, Column("name", required: true)));

    private static readonly Contract Children = Contract("children", Table("family", "children", WriteMode.Append, 1, Id, Column("parent", ColumnType.Int64)) is var table
        ? table with { Relationships = [new(table.Columns[1], table.Schema, Parents.Tables[0].Name, Id.Name, Parents.Id)] } : null!);

    private BackupWorld _world = null!;
    private Backup _backup = null!;

    public async Task InitializeAsync()
    {
        _world = await BackupWorld.CreateAsync(Parents, Children);
        await _world.LandAsync(Parents, "team/parents_20240105.csv", 1, "id,name\n1,Ada\n2,Bob\n");
        await _world.LandAsync(Children, "team/children_20240105.csv", 1, "id,parent\n10,1\n20,2\n");
        _backup = await _world.BackupAsync("parents");
        await _world.LandAsync(Parents, "team/parents_20240106.csv", 2, "id,name\n2,Bobby\n3,Cy\n");
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_file_cut_off_anywhere_is_refused()
    {
        var whole = await _world.BytesAsync(_backup.Object);
        for (var length = 0; length < whole.Length; length += 1 + (length / 10)) await RefusedAsync(whole[..length], $"cut off at {length} of {whole.Length}");
    }

    [Fact]
    public async Task A_flipped_byte_anywhere_is_refused_or_changes_nothing_that_is_restored()
    {
        const int Seed = 6;
        var random = new Random(Seed);
        var whole = await _world.BytesAsync(_backup.Object);
        var refused = 0;
        for (var at = 0; at < whole.Length; at += 1 + random.Next(5))
        {
            var flipped = (byte[])whole.Clone();
            flipped[at] ^= (byte)(1 << random.Next(8));
            if (await TryAsync(flipped) is { } refusal)
            {
                refused++;
                refusal.Message.ShouldNotBeNullOrWhiteSpace();
            }
            else
            {
                // A byte of what is for people: the contract's version, the time. The rows are those that were backed up, every one.
                (await _world.Database.ScalarAsync<string>("SELECT string_agg(id || name, ' ' ORDER BY id) FROM family.parents")).ShouldBe("1Ada 2Bob", $"seed {Seed}, byte {at}");
            }
        }
        refused.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task A_backup_of_another_table_is_refused()
    {
        var other = await _world.BackupAsync("children");
        var refusal = await RefusedAsync(await _world.BytesAsync(other.Object), "of children");
        refusal.Rule.ShouldBe("table");
        (await Should.ThrowAsync<RejectException>(_world.RestoreAsync("parents", $"gs://backups/{other.Object.Name}"))).Rule.ShouldBe("table");
    }

    [Fact]
    public async Task A_backup_of_another_form_of_the_table_is_refused_with_every_difference()
    {
        var then = Parents.Tables[0] with { Columns = [Id, Column("name", ColumnType.Json), Column("age", ColumnType.Int64)] };
        var refusal = await RefusedAsync(await ForgeAsync(then, 0, _ => { }), "another form");
        refusal.Rule.ShouldBe("fingerprint");
        refusal.Message.ShouldContain("age is no column of the table any more");
        refusal.Message.ShouldContain("name is string or null in the backup and string in the table");

        var narrow = Parents.Tables[0] with { Columns = [Id] };
        (await RefusedAsync(await ForgeAsync(narrow, 0, _ => { }), "a column less")).Message.ShouldContain("name is required and not in the backup");
    }

    [Fact]
    public async Task A_backup_whose_fingerprint_is_another_schemas_is_refused() =>
        (await RefusedAsync(await ForgeAsync(Parents.Tables[0], 0, _ => { }, header => header with { Fingerprint = new string('0', 64) }), "fingerprint")).Rule.ShouldBe("fingerprint");

    [Fact]
    public async Task Another_count_of_rows_and_another_checksum_are_refused()
    {
        (await RefusedAsync(await ForgeAsync(Parents.Tables[0], 1, rows => Row(rows, 1, "x"), header => header with { Rows = 2 }), "rows")).Rule.ShouldBe("rows");
        (await RefusedAsync(await ForgeAsync(Parents.Tables[0], 1, rows => Row(rows, 1, "x"), header => header with { Sha256 = new string('0', 64) }), "sha256")).Rule.ShouldBe("sha256");
    }

    [Fact]
    public async Task Two_rows_of_one_key_are_refused_and_named()
    {
        var refusal = await RefusedAsync(await ForgeAsync(Parents.Tables[0], 3, rows =>
        {
            Row(rows, 1, "x");
            Row(rows, 2, "y");
            Row(rows, 1, "z");
        }), "two rows of a key");
        refusal.Rule.ShouldBe("primaryKey");
        refusal.Rows.Select(row => row.Value).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_text_that_Postgres_can_not_keep_is_refused() =>
        (await RefusedAsync(await ForgeAsync(Parents.Tables[0], 1, rows => Row(rows, 1, "a\0b")), "NUL")).Rule.ShouldBe("postgres");

    [Fact]
    public async Task Rows_that_others_refer_to_must_be_in_the_backup()
    {
        await _world.LandAsync(Children, "team/children_20240106.csv", 2, "id,parent\n30,3\n");
        var before = await StateAsync();
        var refusal = await Should.ThrowAsync<RejectException>(_world.RestoreAsync("parents", _backup.Object.Name));
        refusal.Rule.ShouldBe("relationships");
        refusal.Message.ShouldContain("rows of family.children refer to rows that the backup does not have");
        refusal.Rows.Select(row => (row.Column, row.Value)).ShouldBe([("parent", "3")]);
        (await StateAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Rows_that_the_backup_refers_to_must_be_there()
    {
        var children = await _world.BackupAsync("children");
        await _world.Database.ExecuteAsync("DELETE FROM family.children WHERE parent = 2; DELETE FROM family.parents WHERE id = 2");
        var before = await StateAsync();
        var refusal = await Should.ThrowAsync<RejectException>(_world.RestoreAsync("children", children.Object.Name));
        refusal.Message.ShouldContain("rows of the backup refer to rows that are not there");
        refusal.Rows.Select(row => (row.Column, row.Value)).ShouldBe([("parent", "2")]);
        (await StateAsync()).ShouldBe(before);

        // What it asks for: the parents first.
        await _world.RestoreAsync("parents");
        await _world.RestoreAsync("children");
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM family.children")).ShouldBe(2);
    }

    [Fact]
    public async Task What_the_contract_does_not_know_and_what_would_go_with_the_rows_is_not_lost()
    {
        await _world.Database.ExecuteAsync("ALTER TABLE family.parents ADD COLUMN note text; UPDATE family.parents SET note = 'kept' WHERE id = 1");
        (await Should.ThrowAsync<RejectException>(_world.RestoreAsync("parents"))).Message.ShouldContain("column note");
        await _world.Database.ExecuteAsync("UPDATE family.parents SET note = NULL");
        await _world.Database.ExecuteAsync("CREATE TABLE family.pets (owner bigint REFERENCES family.parents ON DELETE CASCADE); INSERT INTO family.pets VALUES (1)");
        (await Should.ThrowAsync<RejectException>(_world.RestoreAsync("parents"))).Message.ShouldContain("does something of its own when a row goes");
        (await _world.Database.ScalarAsync<long>("SELECT count(*) FROM family.pets")).ShouldBe(1);
    }

    [Fact]
    public async Task There_is_none_of_a_name_that_is_none()
    {
        foreach (var name in new[] { "", "20200101T000000.000Z", "../x", "family.parents/20200101T000000.000Z.avro", "gs://other/family.parents/20240105T000000.000Z.avro", new string('x', 2000), "a'; DROP TABLE family.parents; --" })
            (await _world.Restorer().RestoreAsync(Parents, Parents.Tables[0], name, default)).ShouldBeNull(name);
    }

    private static void Row(AvroRowWriter rows, long id, string name)
    {
        rows.Begin(1);
        rows.Int64(id);
        rows.Utf8(System.Text.Encoding.UTF8.GetBytes(name));
        rows.Int64(1);
        rows.Int64(1);
        rows.End();
    }

    /// <summary>A file that is a backup in all but what the test wants otherwise.</summary>
    private static async Task<byte[]> ForgeAsync(Table table, long count, Action<AvroRowWriter> write, Func<BackupHeader, BackupHeader>? change = null)
    {
        var layout = new BackupLayout(table);
        var sync = new byte[16];
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var blocks = new MemoryStream();
        var file = new AvroFileWriter(blocks, layout.Schema, AvroCodec.None, sync: sync) { Headless = true, Hash = hash };
        write(new AvroRowWriter(file, layout.Columns));
        await file.CompleteAsync(default);
        var header = new BackupHeader($"{table}", "parents", "1.0.0", count, DateTimeOffset.UnixEpoch, layout.Fingerprint, Convert.ToHexStringLower(hash.GetHashAndReset()), Guid.Empty, 1);
        using var whole = new MemoryStream();
        await new AvroFileWriter(whole, layout.Schema, AvroCodec.None, (change?.Invoke(header) ?? header).ToMetadata(), sync).CompleteAsync(default);
        await whole.WriteAsync(blocks.ToArray());
        return whole.ToArray();
    }

    private async Task<RejectException> RefusedAsync(byte[] content, string why) => await TryAsync(content) ?? throw new InvalidOperationException($"It was restored: {why}");

    /// <summary>Restores a file; null when that succeeds. When it fails, all is as it was.</summary>
    private async Task<RejectException?> TryAsync(byte[] content)
    {
        await _world.PutAsync("family.parents", content);
        var before = await StateAsync();
        try
        {
            await _world.RestoreAsync("parents");
            return null;
        }
        catch (RejectException e)
        {
            (await StateAsync()).ShouldBe(before);
            e.Hint.ShouldNotBeNullOrWhiteSpace();
            return e;
        }
    }

    private async Task<string> StateAsync() => string.Join('\n',
        (await _world.RowsAsync("family.parents")).Concat(await _world.RowsAsync("family.children")).Concat(await _world.RowsAsync("landfall.landings")).Concat(await _world.RowsAsync("landfall.heads")));
}

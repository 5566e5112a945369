using System.Text;
using Npgsql;
using PipelineGen.Postgres;

namespace PipelineGen.IntegrationTests.Postgres.Keys;

/// <summary>
/// Of every key type: the server's order is that of the encoded keys, from binary and from text tuples and from boundaries, and
/// a row is in the range on the server that its bytes are in (POSTGRES.md, 2 and F9).
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class KeyOrderTests(PostgresFixture postgres)
{
    private const int Seed = 20261122;

    [Theory]
    [InlineData("bool")]
    [InlineData("\"char\"")]
    [InlineData("int2")]
    [InlineData("int4")]
    [InlineData("int8")]
    [InlineData("oid")]
    [InlineData("xid8")]
    [InlineData("float4")]
    [InlineData("float8")]
    [InlineData("numeric")]
    [InlineData("money")]
    [InlineData("date")]
    [InlineData("time")]
    [InlineData("timestamp")]
    [InlineData("timestamptz")]
    [InlineData("interval")]
    [InlineData("uuid")]
    [InlineData("bytea")]
    [InlineData("pg_lsn")]
    [InlineData("macaddr")]
    [InlineData("macaddr8")]
    [InlineData("text")]
    [InlineData("text COLLATE \"C\"")]
    [InlineData("text COLLATE \"POSIX\"")]
    [InlineData("text COLLATE \"en-x-icu\"")]
    [InlineData("varchar(40)")]
    [InlineData("name")]
    [InlineData("name COLLATE \"en-x-icu\"")]
    [InlineData("whole")]
    [InlineData("words")]
    [InlineData("deep_words")]
    public async Task A_type_that_has_its_own_order_keeps_it(string type) => await CheckAsync(type);

    [Theory]
    [InlineData("bpchar(9)")]
    [InlineData("citext")]
    [InlineData("mood")]
    [InlineData("feeling")]
    [InlineData("inet")]
    [InlineData("cidr")]
    [InlineData("timetz")]
    [InlineData("bit(13)")]
    [InlineData("varbit")]
    [InlineData("xid")]
    [InlineData("ltree")]
    [InlineData("jsonb")]
    [InlineData("int4[]")]
    [InlineData("text[]")]
    [InlineData("int4range")]
    [InlineData("inner_t")]
    public async Task Any_other_type_is_ordered_by_its_text(string type) => await CheckAsync(type);

    [Theory]
    [InlineData("int4", "int4")]
    [InlineData("text COLLATE \"C\"", "int8")]
    [InlineData("text", "text COLLATE \"en-x-icu\"")]
    [InlineData("bytea", "bytea")]
    [InlineData("numeric", "numeric")]
    [InlineData("mood", "numeric", "bpchar(9)")]
    [InlineData("bytea", "bool", "timestamptz", "varchar")]
    [InlineData("float8", "\"char\"", "words")]
    public async Task The_columns_of_a_composite_key_are_compared_one_after_another(params string[] types) => await CheckAsync(types);

    [Theory]
    [InlineData("LATIN1")]
    [InlineData("WIN1252")]
    [InlineData("EUC_JP")]
    public async Task A_database_of_another_encoding_has_the_same_order(string encoding)
    {
        // Of WIN1252 the euro sign is below é, of EUC_JP the half-width katakana are below all kanji: not so in UTF-8.
        string characters = encoding switch
        {
            "LATIN1" => "aZ'\\é\u00ff\u0080\u009f",
            "WIN1252" => "aZ'\\é\u00ff€œŽ",
            _ => "aZ'\\漢字ｱﾝあ丂",
        };
        await using TestDatabase database = await CreateAsync($"ENCODING '{encoding}' LOCALE 'C'");
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        foreach (string[] types in (string[][])[["text"], ["citext"], ["varchar", "int4"], ["bpchar(9)"], ["text[]", "name"], ["numeric"]])
        {
            var table = new KeyTable(types);
            await KeyAgreement.ExecuteAsync(connection, $"DROP TABLE IF EXISTS t; CREATE TABLE t ({table.Columns})");
            var random = new Random(Seed);
            string[][] values = [.. types.Select(t => Enumerable.Range(0, 200).Select(_ => Text(t)).ToArray())];
            await KeyAgreement.ExecuteAsync(connection, table.Insert, values);
            await KeyAgreement.CheckAsync(connection, table, $"{encoding}, {string.Join(", ", types)}, seed {Seed}");

            string Text(string type)
            {
                string text = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => characters[random.Next(characters.Length)]));
                return type switch
                {
                    "int4" or "numeric" => random.Next(50).ToString(System.Globalization.CultureInfo.InvariantCulture),
                    "text[]" => $"{{\"{text.Replace("\\", "\\\\", StringComparison.Ordinal)}\"}}",
                    _ => text,
                };
            }
        }
    }

    [Fact]
    public async Task A_collation_that_calls_different_texts_equal_orders_no_key()
    {
        await using TestDatabase database = await CreateAsync("ENCODING 'UTF8' LOCALE 'C'");
        await database.ExecuteAsync("CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)");
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        var table = new KeyTable("text COLLATE loose");
        await KeyAgreement.FillAsync(connection, table, 200, Seed);
        await KeyAgreement.CheckAsync(connection, table, $"a nondeterministic collation, seed {Seed}");
    }

    [Fact]
    public async Task Every_byte_of_char_is_a_key()
    {
        await using TestDatabase database = await CreateAsync("ENCODING 'UTF8' LOCALE 'C'");
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        var table = new KeyTable("\"char\"");
        await KeyAgreement.ExecuteAsync(connection, $"CREATE TABLE t ({table.Columns}); INSERT INTO t (k0) SELECT b::\"char\" FROM generate_series(-128, 127) b");
        await KeyAgreement.CheckAsync(connection, table, "\"char\"");
        SourceKey key = await SourceKey.ReadAsync(connection, table.Layout, CancellationToken.None);
        KeyEncoding encoding = KeyEncoding.Of(table.Layout);
        for (int i = 1; i < 256; i++)
            Assert.Equal([(byte)(i - 1)], encoding.Encode((await key.FindBoundaryAsync(connection, KeyRange.Whole, i, CancellationToken.None))!));
        Assert.Null(await key.FindBoundaryAsync(connection, KeyRange.Whole, 256, CancellationToken.None));
    }

    [Fact]
    public async Task Constants_are_safe_whatever_the_server_thinks_of_backslashes()
    {
        await using TestDatabase database = await CreateAsync("ENCODING 'UTF8' LOCALE 'C'");
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        foreach (string setting in (string[])["on", "off"])
        {
            await KeyAgreement.ExecuteAsync(connection, $"SET standard_conforming_strings = {setting}; SET backslash_quote = off; SET escape_string_warning = off");
            foreach (string type in (string[])["text", "bytea", "mood", "\"char\""])
            {
                var table = new KeyTable(type);
                await KeyAgreement.FillAsync(connection, table, 100, Seed);
                await KeyAgreement.CheckAsync(connection, table, $"standard_conforming_strings {setting}, {type}, seed {Seed}");
            }
        }
    }

    [Fact]
    public async Task A_row_whose_key_is_null_is_in_the_first_range_alone()
    {
        await using TestDatabase database = await CreateAsync("ENCODING 'UTF8' LOCALE 'C'");
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        var table = new KeyTable("int4", "text");
        await KeyAgreement.ExecuteAsync(connection,
            "CREATE TABLE t (k0 int4, k1 text, note text); INSERT INTO t SELECT nullif(i, 7), nullif(i::text, '13') FROM generate_series(1, 40) i; INSERT INTO t VALUES (NULL, NULL)");
        SourceKey key = await SourceKey.ReadAsync(connection, table.Layout, CancellationToken.None);

        IReadOnlyList<string>? first = await key.FindBoundaryAsync(connection, KeyRange.Whole, 10, CancellationToken.None);
        Assert.Equal(["11", "11"], first);
        IReadOnlyList<string>? second = await key.FindBoundaryAsync(connection, new KeyRange(first, null), 10, CancellationToken.None);
        Assert.Equal(["22", "22"], second);
        KeyRange[] ranges = [new(null, first), new(first, second), new(second, null)];
        long[] counts = [13, 10, 18];
        for (int i = 0; i < ranges.Length; i++)
        {
            await using var count = new NpgsqlCommand($"SELECT count(*) FROM t WHERE {key.Condition(ranges[i])}", connection);
            Assert.Equal(counts[i], await count.ExecuteScalarAsync());
        }
    }

    [Fact]
    public async Task A_large_table_is_sampled_and_its_ranges_are_about_equal()
    {
        await using TestDatabase database = await CreateAsync("ENCODING 'UTF8' LOCALE 'C'");
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        var table = new KeyTable("mood", "int4");
        await KeyAgreement.ExecuteAsync(connection, $"CREATE TABLE t ({table.Columns}); INSERT INTO t SELECT 'ok', i FROM generate_series(1, 400000) i");
        SourceKey key = await SourceKey.ReadAsync(connection, table.Layout, CancellationToken.None);
        foreach (long estimate in (long[])[-1, 400_000, 800_000])
        {
            IReadOnlyList<IReadOnlyList<string>> boundaries = await key.SampleBoundariesAsync(connection, 4, estimate, CancellationToken.None);
            Assert.Equal(3, boundaries.Count);
            for (int i = 0; i < 4; i++)
            {
                var range = new KeyRange(i == 0 ? null : boundaries[i - 1], i == 3 ? null : boundaries[i]);
                await using var count = new NpgsqlCommand($"SELECT count(*) FROM t WHERE {key.Condition(range)}", connection);
                Assert.InRange((long)(await count.ExecuteScalarAsync())!, 60_000, 140_000);
            }
        }
    }

    private async Task CheckAsync(params string[] types)
    {
        await using TestDatabase database = await CreateAsync("ENCODING 'UTF8' LOCALE 'C'");
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        var table = new KeyTable(types);
        await KeyAgreement.FillAsync(connection, table, 300, Seed);
        await KeyAgreement.CheckAsync(connection, table, $"{string.Join(", ", types)}, seed {Seed}");
    }

    private Task<TestDatabase> CreateAsync(string options) => KeyDatabase.CreateAsync(postgres, options);
}

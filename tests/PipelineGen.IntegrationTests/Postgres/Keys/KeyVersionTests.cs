using Npgsql;
using PipelineGen.Postgres;

namespace PipelineGen.IntegrationTests.Postgres.Keys;

/// <summary>The order of keys on every version of the server that is on this machine.</summary>
[Collection(PostgresVersionsCollection.Name)]
public sealed class KeyVersionTests(PostgresVersions versions)
{
    private const int Seed = 5;

    private static readonly string[][] Keys =
    [
        ["bool"], ["\"char\""], ["int2"], ["int4"], ["int8"], ["oid"], ["xid8"], ["float4"], ["float8"], ["numeric"], ["money"], ["date"], ["time"], ["timestamp"], ["timestamptz"], ["interval"], ["uuid"],
        ["bytea"], ["pg_lsn"], ["macaddr"], ["macaddr8"], ["text"], ["text COLLATE \"C\""], ["name"], ["words"], ["bpchar(9)"], ["citext"], ["mood"], ["inet"], ["cidr"], ["timetz"], ["varbit"], ["jsonb"],
        ["int4[]"], ["int4range"], ["inner_t"], ["int4", "int4"], ["text", "numeric", "mood"],
    ];

    [Theory]
    [MemberData(nameof(PostgresVersions.Found), MemberType = typeof(PostgresVersions))]
    public async Task Every_key_type_has_the_order_of_the_server(int version)
    {
        PostgresFixture postgres = await versions.StartedAsync(version);
        await using TestDatabase database = await KeyDatabase.CreateAsync(postgres, "ENCODING 'UTF8' LOCALE 'C'");
        await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
        foreach (string[] types in Keys)
        {
            var table = new KeyTable(types);
            await KeyAgreement.FillAsync(connection, table, 100, Seed);
            await KeyAgreement.CheckAsync(connection, table, $"version {version}, {string.Join(", ", types)}, seed {Seed}");
        }
    }

    [Theory]
    [MemberData(nameof(PostgresVersions.Found), MemberType = typeof(PostgresVersions))]
    public async Task The_databases_own_collation_counts_where_it_is_that_of_bytes(int version)
    {
        PostgresFixture postgres = await versions.StartedAsync(version);
        var databases = new List<(string Options, bool IsIndexed)> { ("ENCODING 'UTF8' LOCALE 'C'", true), ("ENCODING 'UTF8' LC_COLLATE 'POSIX' LC_CTYPE 'C'", true) };
        if (version >= 15)
            databases.Add(("ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en'", false));
        if (version >= 17)
            databases.Add(("ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'", true));
        foreach ((string options, bool isIndexed) in databases)
        {
            await using TestDatabase database = await KeyDatabase.CreateAsync(postgres, options);
            await using NpgsqlConnection connection = await KeyAgreement.OpenAsync(database);
            var table = new KeyTable("text");
            await KeyAgreement.FillAsync(connection, table, 200, Seed);
            await KeyAgreement.ExecuteAsync(connection, "CREATE INDEX ON t (k0)");
            Assert.Equal(isIndexed, (await SourceKey.ReadAsync(connection, table.Layout, CancellationToken.None)).IsIndexed);
            await KeyAgreement.CheckAsync(connection, table, $"version {version}, {options}, seed {Seed}");
        }
    }
}

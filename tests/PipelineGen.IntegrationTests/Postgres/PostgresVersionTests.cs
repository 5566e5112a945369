using PipelineGen.IntegrationTests.Catalog;

namespace PipelineGen.IntegrationTests.Postgres;

/// <summary>Catalogs, the report and a pipeline on every version of the server that is on this machine.</summary>
[Collection(PostgresVersionsCollection.Name)]
public sealed class PostgresVersionTests(PostgresVersions versions)
{
    [Theory]
    [MemberData(nameof(PostgresVersions.Found), MemberType = typeof(PostgresVersions))]
    public async Task The_server_is_the_version_that_was_asked_for(int version)
    {
        PostgresFixture postgres = await versions.StartedAsync(version);
        await using TestDatabase database = await postgres.CreateDatabaseAsync();

        Assert.Equal(version, await database.ScalarAsync<int>("SELECT current_setting('server_version_num')::int4 / 10000"));
    }

    [Theory]
    [MemberData(nameof(PostgresVersions.Found), MemberType = typeof(PostgresVersions))]
    public async Task A_catalog_is_pulled_and_checked(int version)
    {
        PostgresFixture postgres = await versions.StartedAsync(version);
        // A negative scale is no type before 15.
        bool hasNegativeScale = version >= 15;
        await using TestDatabase database = await CatalogDatabase.CreateAsync(
            postgres,
            CatalogSchema.Types,
            hasNegativeScale ? CatalogSchema.Orders : CatalogSchema.Orders.Replace("numeric(5,-2)", "numeric(5,2)", StringComparison.Ordinal),
            CatalogSchema.Others);
        using var folder = new CatalogFolderUnderTest();

        Assert.Equal((0, ""), Result(await folder.RunAsync("pull", database.ConnectionString)));

        string expected = CatalogSchema.OrdersFile.Replace("server 15 ", $"server {version} ", StringComparison.Ordinal);
        Assert.Equal(
            hasNegativeScale ? expected : expected.Replace("numeric(5,-2)", "numeric(5,2)", StringComparison.Ordinal),
            folder.Text("public.orders.pgcatalog"));
        Assert.Equal(0, (await folder.RunAsync("check", database.ConnectionString)).Status);
    }

    [Theory]
    [MemberData(nameof(PostgresVersions.Found), MemberType = typeof(PostgresVersions))]
    public async Task Every_type_of_the_server_is_reported(int version)
    {
        PostgresFixture postgres = await versions.StartedAsync(version);
        await using TestDatabase database = await CatalogDatabase.CreateAsync(postgres, EveryType.Tables(2));
        using var folder = new CatalogFolderUnderTest();

        (int status, string output, string error) = await CatalogFolderUnderTest.RunToolAsync("report", "--connection", database.ConnectionString);

        Assert.Equal((3, ""), (status, error));
        Assert.Contains("public.t2 (key id)\n", output, StringComparison.Ordinal);
        Assert.Matches(@"\n2 tables, \d{3} columns: \d+ carried exactly, \d+ warnings, \d+ decisions open\n$", output);
        // The text of the server's own types is known by the pull as by the report.
        Assert.Equal(0, (await folder.RunAsync("pull", database.ConnectionString)).Status);
        Assert.Equal(0, (await folder.RunAsync("check", database.ConnectionString)).Status);
    }

    [Theory]
    [MemberData(nameof(PostgresVersions.Found), MemberType = typeof(PostgresVersions))]
    public async Task A_pipeline_copies_and_streams(int version)
    {
        PostgresFixture postgres = await versions.StartedAsync(version);
        await using var test = await PipelineUnderTest<TestPipeline>.CreateAsync(postgres, """
            INSERT INTO notes SELECT i, 'title ' || i, CASE WHEN i % 3 = 0 THEN NULL ELSE 'body' END, i * 1.25, now() FROM generate_series(1, 500) i;
            INSERT INTO documents VALUES (1, 't', repeat('large ', 1000), '[1, 2]', '\x00ff'), (2, '', '', NULL, NULL);
            INSERT INTO events VALUES (1, '2020-02-29', 'old'), (1, '2030-01-01', 'new');
            """);
        test.Start();
        await test.AssertSameAsync();

        await test.Database.ExecuteAsync("""
            BEGIN; INSERT INTO notes VALUES (1000, 'n', NULL, 4.44, '2024-03-10 02:30:00.123456+05:45'); UPDATE notes SET body = NULL WHERE id = 1;
            DELETE FROM notes WHERE id = 2; UPDATE notes SET id = 30000 WHERE id = 3; UPDATE documents SET title = 'changed' WHERE id = 1; COMMIT;
            BEGIN; INSERT INTO notes VALUES (1001, 'never', NULL, NULL, NULL); ROLLBACK;
            UPDATE events SET day = '2025-06-02' WHERE what = 'old';
            """);
        await test.AssertSameAsync();
    }

    [Fact]
    public void The_systems_own_version_is_among_them() => Assert.NotEmpty(PostgresInstallation.Found);

    [Fact]
    public void A_version_is_a_folder_with_a_number_and_all_programs()
    {
        string folder = Directory.CreateTempSubdirectory("pipelinegen-versions-").FullName;
        try
        {
            foreach (string bin in (string[])["18/bin", "9/bin", "13/bin", "16/bin", "17-beta/bin", "14/bin"])
            {
                foreach (string program in (string[])["postgres", "initdb", "pg_ctl"])
                {
                    Directory.CreateDirectory(Path.Combine(folder, bin));
                    File.WriteAllText(Path.Combine(folder, bin, program), "");
                }
            }

            File.Delete(Path.Combine(folder, "16/bin/pg_ctl"));

            Assert.Equal(
                [new(14, Path.Combine(folder, "14", "bin")), new PostgresInstallation(18, Path.Combine(folder, "18", "bin"))],
                PostgresInstallation.Find([folder, null, ""]));
            Assert.Throws<DirectoryNotFoundException>(() => PostgresInstallation.Find([Path.Combine(folder, "nowhere")]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int Status, string Error) Result((int Status, string Output, string Error) run) => (run.Status, run.Error);
}

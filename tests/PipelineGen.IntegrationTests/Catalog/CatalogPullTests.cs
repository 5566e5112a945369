using System.Text.Json;

namespace PipelineGen.IntegrationTests.Catalog;

public class CatalogPullTests(CatalogPostgres postgres) : IClassFixture<CatalogPostgres>
{
    private static readonly string[] EverySchema = [CatalogSchema.Types, CatalogSchema.Orders, CatalogSchema.Others];

    [Fact]
    public async Task Every_feature_is_in_the_files()
    {
        string source = await postgres.CreateDatabaseAsync(EverySchema);
        using var folder = new CatalogFolderUnderTest();

        (int status, string output, string error) = await folder.RunAsync("pull", source);

        Assert.Equal((0, ""), (status, error));
        Assert.Equal(["Odd%20Schema.a%2Eb.pgcatalog", "public.events.pgcatalog", "public.orders.pgcatalog"], folder.Files);
        Assert.Equal(CatalogSchema.OrdersFile, folder.Text("public.orders.pgcatalog"));
        Assert.Equal(CatalogSchema.OddFile, folder.Text("Odd%20Schema.a%2Eb.pgcatalog"));
        Assert.Equal(CatalogSchema.EventsFile, folder.Text("public.events.pgcatalog"));
        Assert.Equal(3, output.Split('\n').Count(l => l.StartsWith("added ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_same_schema_made_another_way_gives_the_same_files()
    {
        string first = await postgres.CreateDatabaseAsync(EverySchema);
        // Another order of creation, other OIDs, gaps in attnum, labels added in another order, another role's settings.
        string second = await postgres.CreateDatabaseAsync(
            "CREATE TABLE filler (a int); CREATE TYPE filler_type AS (a int); DROP TABLE filler;",
            CatalogSchema.Types.Replace("('new', 'shipped')", "('shipped')", StringComparison.Ordinal),
            "ALTER TYPE order_status ADD VALUE 'new' BEFORE 'paid'",
            CatalogSchema.Others.Replace("n smallint", "gone text, n smallint", StringComparison.Ordinal)
            + "ALTER TABLE \"Odd Schema\".\"a.b\" DROP COLUMN gone;",
            CatalogSchema.Orders
                .Replace("ref varchar(20)", "gone1 int, ref varchar(20)", StringComparison.Ordinal)
                .Replace("lines path", "gone2 order_status, lines path", StringComparison.Ordinal)
            + "ALTER TABLE orders DROP COLUMN gone1, DROP COLUMN gone2;");
        using var one = new CatalogFolderUnderTest();
        using var other = new CatalogFolderUnderTest();

        await one.RunAsync("pull", first);
        await other.RunAsync("pull", second + ";Options='-c datestyle=German -c timezone=Asia/Tokyo -c search_path=public'");

        Assert.Equal(one.Files, other.Files);
        Assert.All(one.Files, file => Assert.Equal(one.Text(file), other.Text(file)));
        Assert.Equal(0, (await one.RunAsync("check", second)).Status);
    }

    [Fact]
    public async Task Only_files_that_changed_are_written()
    {
        string source = await postgres.CreateDatabaseAsync("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);");
        using var folder = new CatalogFolderUnderTest();
        await folder.RunAsync("pull", source);
        DateTime before = File.GetLastWriteTimeUtc(Path.Combine(folder.Path, "public.a.pgcatalog"));

        await CatalogPostgres.ExecuteAsync(source, "ALTER TABLE b ADD note text");
        (int status, string output, _) = await folder.RunAsync("pull", source, "--json");

        Assert.Equal(0, status);
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(folder.Path, "public.a.pgcatalog")));
        using JsonDocument document = JsonDocument.Parse(output);
        Assert.Equal(
            ["unchanged", "changed"],
            document.RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("change").GetString()));
        Assert.Equal(["public.a.pgcatalog", "public.b.pgcatalog"], folder.Files);
    }

    [Fact]
    public async Task Partitions_are_pulled_when_named_and_kept_up_to_date_after()
    {
        string source = await postgres.CreateDatabaseAsync(EverySchema);
        using var folder = new CatalogFolderUnderTest();

        Assert.Equal(0, (await folder.RunAsync("pull", source, "--table", "public.events_2020_1")).Status);
        Assert.Equal(["public.events_2020_1.pgcatalog"], folder.Files);
        Assert.Equal(CatalogSchema.PartitionFile, folder.Text("public.events_2020_1.pgcatalog"));

        await CatalogPostgres.ExecuteAsync(source, "ALTER TABLE events ADD extra int");
        await folder.RunAsync("pull", source);
        Assert.Contains("column extra int4\n", folder.Text("public.events_2020_1.pgcatalog"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_can_be_chosen_and_its_name_is_checked()
    {
        string source = await postgres.CreateDatabaseAsync(EverySchema);
        using var folder = new CatalogFolderUnderTest();

        await folder.RunAsync("pull", source, "--schema", "Odd Schema");
        Assert.Equal(["Odd%20Schema.a%2Eb.pgcatalog"], folder.Files);

        (int status, _, string error) = await folder.RunAsync("pull", source, "--schema", "publik");
        Assert.Equal(1, status);
        Assert.Equal("pipelinegen: the database has no schema 'publik' with tables; did you mean public?\n", error);
    }

    [Fact]
    public async Task A_named_table_that_does_not_exist_is_refused_with_the_nearest_name()
    {
        string source = await postgres.CreateDatabaseAsync(EverySchema);
        using var folder = new CatalogFolderUnderTest();

        (int status, string output, string error) = await folder.RunAsync("pull", source, "--table", "public.ordrs");

        Assert.Equal((1, ""), (status, output));
        Assert.Equal("pipelinegen: the database has no table public.ordrs; did you mean public.orders?\n", error);
        Assert.Empty(folder.Files);
        Assert.Equal(2, (await folder.RunAsync("pull", source, "--table", "orders")).Status);
    }

    [Fact]
    public async Task Files_of_gone_tables_are_named_and_removed_only_with_prune()
    {
        string source = await postgres.CreateDatabaseAsync("CREATE TABLE a (id int); CREATE TABLE b (id int);");
        using var folder = new CatalogFolderUnderTest();
        await folder.RunAsync("pull", source);
        await CatalogPostgres.ExecuteAsync(source, "DROP TABLE b");

        (_, _, string error) = await folder.RunAsync("pull", source);
        Assert.Contains("has no table public.b; --prune removes its file", error, StringComparison.Ordinal);
        Assert.Equal(2, folder.Files.Count());

        (_, string output, _) = await folder.RunAsync("pull", source, "--prune");
        Assert.Contains("removed ", output, StringComparison.Ordinal);
        Assert.Equal(["public.a.pgcatalog"], folder.Files);
    }

    [Theory]
    [InlineData("Password=secret-word", "Password=wrong-word", 1, "refused user 'postgres': password authentication failed for user \"postgres\"")]
    [InlineData("Database=postgres", "Database=nowhere", 1, "has no database 'nowhere'")]
    [InlineData("Username=postgres", "Username=guest", 1, "lacks a right on")]
    [InlineData("Database=postgres", "Database=postgres", 1, "no tables found: the database has none outside of system schemas and extensions")]
    [InlineData("Port=", "Port=1;Tag=", 2, "the connection string is not one that Npgsql reads")]
    [InlineData("Host=127.0.0.1;Port=", "Host=127.0.0.1;Port=1", 1, "cannot connect to 127.0.0.1:1")]
    public async Task Errors_are_one_line_without_the_password(string good, string bad, int expected, string message)
    {
        await CatalogPostgres.ExecuteAsync(postgres.ConnectionString("postgres"), """
            REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
            DO $$ BEGIN CREATE ROLE guest LOGIN PASSWORD 'secret-word'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            """);
        string connection = postgres.ConnectionString("postgres");
        connection = bad.EndsWith("Port=1", StringComparison.Ordinal)
            ? connection.Replace($"Port={postgres.Port}", "Port=1", StringComparison.Ordinal)
            : connection.Replace(good, bad, StringComparison.Ordinal);
        using var folder = new CatalogFolderUnderTest();

        (int status, string output, string error) = await folder.RunAsync("pull", connection);

        Assert.Equal((expected, ""), (status, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.DoesNotContain("-word", error, StringComparison.Ordinal);
    }
}

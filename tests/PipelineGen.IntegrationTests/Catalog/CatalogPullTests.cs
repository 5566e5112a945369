using System.Text.Json;

namespace PipelineGen.IntegrationTests.Catalog;

[Collection(PostgresCollection.Name)]
public class CatalogPullTests(PostgresFixture postgres)
{
    private static readonly string[] EverySchema = [CatalogSchema.Types, CatalogSchema.Orders, CatalogSchema.Others];

    [Fact]
    public async Task Every_feature_is_in_the_files()
    {
        await using TestDatabase database = await CatalogDatabase.CreateAsync(postgres, EverySchema);
        string source = database.ConnectionString;
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
        await using TestDatabase firstDatabase = await CatalogDatabase.CreateAsync(postgres, EverySchema);
        string first = firstDatabase.ConnectionString;
        // Another order of creation, other OIDs, gaps in attnum, labels added in another order, another role's settings.
        await using TestDatabase secondDatabase = await CatalogDatabase.CreateAsync(
            postgres,
            "CREATE TABLE filler (a int); CREATE TYPE filler_type AS (a int); DROP TABLE filler;",
            CatalogSchema.Types.Replace("('new', 'shipped')", "('shipped')", StringComparison.Ordinal),
            "ALTER TYPE order_status ADD VALUE 'new' BEFORE 'paid'",
            CatalogSchema.Others.Replace("n smallint", "gone text, n smallint", StringComparison.Ordinal)
            + "ALTER TABLE \"Odd Schema\".\"a.b\" DROP COLUMN gone;",
            CatalogSchema.Orders
                .Replace("ref varchar(20)", "gone1 int, ref varchar(20)", StringComparison.Ordinal)
                .Replace("lines path", "gone2 order_status, lines path", StringComparison.Ordinal)
            + "ALTER TABLE orders DROP COLUMN gone1, DROP COLUMN gone2;");
        string second = secondDatabase.ConnectionString;
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
        await using TestDatabase database = await CatalogDatabase.CreateAsync(postgres, "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);");
        string source = database.ConnectionString;
        using var folder = new CatalogFolderUnderTest();
        await folder.RunAsync("pull", source);
        DateTime before = File.GetLastWriteTimeUtc(Path.Combine(folder.Path, "public.a.pgcatalog"));

        await database.ExecuteAsync("ALTER TABLE b ADD note text");
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
        await using TestDatabase database = await CatalogDatabase.CreateAsync(postgres, EverySchema);
        string source = database.ConnectionString;
        using var folder = new CatalogFolderUnderTest();

        Assert.Equal(0, (await folder.RunAsync("pull", source, "--table", "public.events_2020_1")).Status);
        Assert.Equal(["public.events_2020_1.pgcatalog"], folder.Files);
        Assert.Equal(CatalogSchema.PartitionFile, folder.Text("public.events_2020_1.pgcatalog"));

        await database.ExecuteAsync("ALTER TABLE events ADD extra int");
        await folder.RunAsync("pull", source);
        Assert.Contains("column extra int4\n", folder.Text("public.events_2020_1.pgcatalog"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_can_be_chosen_and_its_name_is_checked()
    {
        await using TestDatabase database = await CatalogDatabase.CreateAsync(postgres, EverySchema);
        string source = database.ConnectionString;
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
        await using TestDatabase database = await CatalogDatabase.CreateAsync(postgres, EverySchema);
        string source = database.ConnectionString;
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
        await using TestDatabase database = await CatalogDatabase.CreateAsync(postgres, "CREATE TABLE a (id int); CREATE TABLE b (id int);");
        string source = database.ConnectionString;
        using var folder = new CatalogFolderUnderTest();
        await folder.RunAsync("pull", source);
        await database.ExecuteAsync("DROP TABLE b");

        (_, _, string error) = await folder.RunAsync("pull", source);
        Assert.Contains("has no table public.b; --prune removes its file", error, StringComparison.Ordinal);
        Assert.Equal(2, folder.Files.Count());

        (_, string output, _) = await folder.RunAsync("pull", source, "--prune");
        Assert.Contains("removed ", output, StringComparison.Ordinal);
        Assert.Equal(["public.a.pgcatalog"], folder.Files);
    }
}

using System.Diagnostics;
using System.Text.Json;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Types;

namespace PipelineGen.IntegrationTests.Catalog;

/// <summary>The report of a database; what it says of single columns is tested on files, in PipelineGen.Tests.</summary>
[Collection(PostgresCollection.Name)]
public class CatalogReportTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Every_column_of_every_type_has_the_contracts_answer()
    {
        await using TestDatabase database = await CatalogDatabase.CreateAsync(postgres, EveryType.Tables(1));
        using var folder = new CatalogFolderUnderTest();
        await folder.RunAsync("pull", database.ConnectionString);
        CatalogFile file = CatalogFormat.Read(folder.Text("public.t1.pgcatalog")).File!;

        (int status, JsonElement report) = await ReportAsync(database);

        JsonElement table = Assert.Single(report.GetProperty("tables").EnumerateArray());
        JsonElement[] columns = [.. table.GetProperty("columns").EnumerateArray()];
        Assert.True(columns.Length > 150, $"only {columns.Length} columns");
        Assert.Equal(file.Table.Columns.Select(c => c.Name), columns.Select(c => c.GetProperty("name").GetString()));
        foreach ((CatalogColumn column, JsonElement line) in file.Table.Columns.Zip(columns))
        {
            TypeResolution answer = TypeContract.Resolve(column.Type, file, ColumnChoice.None with { IsKey = column.Name == "id" });
            Assert.Equal(CatalogFormat.WriteType(column.Type), line.GetProperty("postgresType").GetString());
            Assert.Equal(answer.Mapping?.StarRocksType, line.GetProperty("starRocksType").GetString());
            Assert.Equal(answer.Findings.Select(f => f.Message), line.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("message").GetString()));
            Assert.Equal(answer.Decision is not null, line.GetProperty("state").GetString() == "decision");
        }

        // numeric without precision is among them, so a decision is open.
        Assert.Equal(3, status);
    }

    [Fact]
    public async Task Sixty_tables_take_as_many_round_trips_as_one()
    {
        await using TestDatabase one = await CatalogDatabase.CreateAsync(postgres, EveryType.Tables(1));
        await using TestDatabase sixty = await CatalogDatabase.CreateAsync(postgres, EveryType.Tables(60));

        int few = await CommandsAsync(one, tables: 1);
        int many = await CommandsAsync(sixty, tables: 60);

        Assert.InRange(few, 1, 10);
        Assert.Equal(few, many);
    }

    [Fact]
    public async Task Tables_that_cannot_be_replicated_are_a_decision_only_when_asked_for()
    {
        await using TestDatabase database = await CatalogDatabase.CreateAsync(
            postgres, CatalogSchema.Types, CatalogSchema.Others, "DROP TABLE \"Odd Schema\".\"a.b\"; CREATE TABLE fine (id int PRIMARY KEY);");

        (int status, JsonElement report) = await ReportAsync(database);
        Assert.Equal(0, status);
        Assert.Equal(
            ["public.events carried", "public.fine carried", "public.totals warning"],
            report.GetProperty("tables").EnumerateArray().Select(t => $"{t.GetProperty("table").GetString()} {t.GetProperty("state").GetString()}"));

        (status, report) = await ReportAsync(database, "--table", "public.totals", "--table", "public.events_2020_1");
        Assert.Equal(3, status);
        Assert.Equal(
            ["tableKindUnsupported decision", "tableKindUnsupported decision"],
            report.GetProperty("tables").EnumerateArray().Select(t => t.GetProperty("findings")[0])
                .Select(f => $"{f.GetProperty("kind").GetString()} {f.GetProperty("state").GetString()}"));

        (status, string output, string error) = await RunAsync("--connection", database.ConnectionString, "--table", "public.evnts");
        Assert.Equal((1, ""), (status, output));
        Assert.Equal("pipelinegen: the database has no table public.evnts; did you mean public.events?\n", error);
    }

    [Fact]
    public async Task The_report_of_a_database_is_that_of_its_pulled_files()
    {
        await using TestDatabase database = await CatalogDatabase.CreateAsync(postgres, CatalogSchema.Types, CatalogSchema.Orders, CatalogSchema.Others, "DROP MATERIALIZED VIEW totals");
        using var folder = new CatalogFolderUnderTest();
        await folder.RunAsync("pull", database.ConnectionString);

        (int Status, string Output, string Error) live = await RunAsync("--connection", database.ConnectionString);
        (int Status, string Output, string Error) committed = await RunAsync("--dir", folder.Path);

        Assert.Equal(live, committed);
        Assert.Equal((3, ""), (live.Status, live.Error));
        Assert.Contains("public.orders (key id)\n", live.Output, StringComparison.Ordinal);
    }

    private static async Task<(int Status, JsonElement Report)> ReportAsync(TestDatabase database, params string[] arguments)
    {
        (int status, string output, string error) = await RunAsync(["--connection", database.ConnectionString, "--json", .. arguments]);
        Assert.Equal("", error);
        using JsonDocument document = JsonDocument.Parse(output);
        return (status, document.RootElement.Clone());
    }

    private static Task<(int Status, string Output, string Error)> RunAsync(params string[] arguments) =>
        CatalogFolderUnderTest.RunToolAsync(["report", .. arguments]);

    /// <summary>The commands that Npgsql sent to the database for a report of it. Other tests talk to other databases meanwhile.</summary>
    private static async Task<int> CommandsAsync(TestDatabase database, int tables)
    {
        int commands = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Npgsql",
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TagObjects.Any(tag => tag.Value is string value && value == database.Name))
                    Interlocked.Increment(ref commands);
            },
        };
        ActivitySource.AddActivityListener(listener);
        (_, JsonElement report) = await ReportAsync(database);
        Assert.Equal(tables, report.GetProperty("counts").GetProperty("tables").GetInt32());
        return commands;
    }
}

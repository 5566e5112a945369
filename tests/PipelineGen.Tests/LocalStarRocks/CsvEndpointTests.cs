using System.Text.Json;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>CSV, conditional and partial updates from the request to the stored row.</summary>
public sealed class CsvEndpointTests : StandInTest
{
    private static readonly (string, string)[] Csv = [("format", "csv"), ("column_separator", ",")];

    [Fact]
    public async Task Csv_loads_into_a_primary_key_table()
    {
        await CreateAsync("id INT, v VARCHAR(10), b VARBINARY, d DECIMAL(38,4), t DATETIME");
        await LoadAsync("1,\"a,b\",AP8=,1.00005,2024-01-01 00:00:00.5+02\n2,\\N,\\N,\\N,\\N", [.. Csv, ("enclose", "\"")]);
        Assert.Equal("1,a,b,00FF,1.0001,2024-01-01 00:00:00.500000;2,NULL,NULL,NULL,NULL", await RowsAsync("SELECT id, v, hex(b), d, t FROM t ORDER BY id"));
        await LoadAsync("1,1\n2,0\n", [.. Csv, ("columns", "id,__op"), ("partial_update", "true")]);
        Assert.Equal("2", await RowsAsync("SELECT id FROM t ORDER BY id"));
    }

    [Fact]
    public async Task Row_of_a_merge_condition_is_replaced_unless_its_version_is_older()
    {
        await CreateAsync("id INT, ver DECIMAL(20,0), v STRING");
        (string, string)[] merge = [.. Csv, ("merge_condition", "ver")];
        await LoadAsync("1,9,a\n2,\\N,a\n3,5,a\n", merge);
        await LoadAsync("1,10,b\n2,1,b\n3,4,b\n4,1,b\n", merge);
        await LoadAsync("1,10,c\n2,\\N,c\n", merge);
        Assert.Equal("1,10,c;2,1,b;3,5,a;4,1,b", await RowsAsync());
        await LoadAsync("3,9\n1,2\n", [.. merge, ("columns", "id,ver"), ("partial_update", "true"), ("partial_update_mode", "column")]);
        Assert.Equal("1,10,c;2,1,b;3,9,a;4,1,b", await RowsAsync());
    }

    [Fact]
    public async Task Filtered_rows_of_a_csv_body_are_in_the_error_log()
    {
        await CreateAsync("id INT, v INT");
        JsonElement reply = await Loads.LoadAsync("t", "1,2\n3\n", Csv);
        Assert.Equal("too many filtered rows", reply.GetProperty("Message").GetString());
        Assert.Equal(
            "Error: Target column count: 2 doesn't match source value column count: 1. Column separator: ',', Row delimiter: '\\n'. Row: 3\n",
            await Loads.Http.GetStringAsync(reply.GetProperty("ErrorURL").GetString()));
    }

    [Fact]
    public async Task Without_a_format_the_body_is_csv()
    {
        await CreateAsync("id INT, v INT");
        await LoadAsync("1\t2\n", ("format", ""));
        Assert.Equal("1,2", await RowsAsync());
    }
}

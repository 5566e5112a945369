namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Paths, roots and shapes of JSON bodies, and the types that the endpoint tests leave out (STARROCKS.md, 1.7).</summary>
public sealed class JsonLoadTests
{
    private static readonly (string, string) Json = ("format", "json");
    private static readonly (string, string) Strip = ("strip_outer_array", "true");

    [Theory]
    [InlineData("[\"$.a\", \"$.b\"]", "1,x")]
    [InlineData("[\"$.a\", \"$.c.d\"]", "1,deep")]
    [InlineData("[\"$.a\", \"$.e[1]\"]", "1,two")]
    [InlineData("[\"$.a\", \"$.e[2].f\"]", "1,inner")]
    [InlineData("[\"$.a\", \"$.\\\"g.h\\\"\"]", "1,dotted")]
    [InlineData("[\"$.a\", \"$.a\"]", "1,1")]
    [InlineData("[\"$.a\", \"$.e[9]\"]", "1,NULL")]
    [InlineData("[\"$.a\", \"$.n.x\"]", "1,NULL")]
    [InlineData("[\"$.a\", \"$.none.x\"]", "1,NULL")]
    [InlineData("[\"$.a\"]", "1,NULL")]
    [InlineData("[\"$.a\", \"$.c\"]", "1,{\"d\":\"deep\"}")]
    [InlineData("[\"$.a\", \"$.b\", \"$.op\", \"$.more\"]", "-1,x")]
    public void Path_feeds_the_column_of_its_position(string paths, string row)
    {
        var loading = new RowLoading("id INT, v STRING");
        loading.Load("""{"a":1,"b":"x","c":{"d":"deep"},"e":["one","two",{"f":"inner"}],"g.h":"dotted","n":null,"op":1}""", Json, ("jsonpaths", paths));
        Assert.Equal(row, loading.Rows);
    }

    [Fact]
    public void Whole_row_and_temp_columns_come_by_path()
    {
        var loading = new RowLoading("id INT, v JSON, w INT");
        loading.Load("""{"a":{"b":1},"x":5}""", Json, ("jsonpaths", "[\"$.a.b\",\"$\",\"$.x\"]"), ("columns", "id,v,tmp,w=tmp+1"));
        Assert.Equal("1,{\"a\": {\"b\": 1}, \"x\": 5},6", loading.Rows);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("[\"a\"]")]
    [InlineData("[1]")]
    [InlineData("[null]")]
    [InlineData("[\"$.\"]")]
    [InlineData("[\"$.a[x]\"]")]
    [InlineData("[\"$.a[1\"]")]
    [InlineData("[\"$.\\\"a\"]")]
    public void Paths_that_are_none_fail_the_load(string paths) =>
        Assert.StartsWith("Invalid json path: ", new RowLoading("id INT").Failure("{}", Json, ("jsonpaths", paths)), StringComparison.Ordinal);

    [Fact]
    public void Wildcards_are_refused_and_a_wrong_shape_on_the_way_filters_the_row()
    {
        var loading = new RowLoading("id INT, v INT");
        Assert.Contains("stand-in", loading.Failure("{}", Json, ("jsonpaths", "[\"$.a[*]\"]")), StringComparison.Ordinal);
        Assert.Contains("$.a.b", loading.Reason("""{"id":1,"a":5}""", Json, ("jsonpaths", "[\"$.id\",\"$.a.b\"]")), StringComparison.Ordinal);
    }

    [Fact]
    public void Root_is_found_in_every_document_and_its_array_stripped_on_demand()
    {
        var loading = new RowLoading("id INT, v INT");
        loading.Load("""{"r":{"id":1,"v":2}} {"r":{"id":2}}""", Json, ("json_root", "$.r"));
        loading.Load("""[{"r":{"id":3}},{"r":{"id":4}}]""", Json, ("json_root", "$.r"));
        loading.Load("""{"x":{"r":[{"id":5},{"id":6}]}}""", Json, ("json_root", "$.x.r"), Strip);
        loading.Load("""{"r":[]}{"r":[{"a":7}]}""", Json, ("json_root", "$.r"), Strip, ("jsonpaths", "[\"$.a\"]"));
        Assert.Equal("1,2;2,NULL;3,NULL;4,NULL;5,NULL;6,NULL;7,NULL", loading.Rows);
        Assert.Contains("strip_outer_array=true", loading.Failure("""{"r":[{"id":5}]}""", Json, ("json_root", "$.r")), StringComparison.Ordinal);
        Assert.Contains("strip_outer_array=false", loading.Failure("""{"r":{"id":5}}""", Json, ("json_root", "$.r"), Strip), StringComparison.Ordinal);
        Assert.Contains("json root $.r", loading.Failure("""{"q":{"id":5}}""", Json, ("json_root", "$.r")), StringComparison.Ordinal);
        Assert.Contains("should be object type", loading.Failure("""{"r":5}""", Json, ("json_root", "$.r")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\":1")]
    [InlineData("{\"id\":1}}")]
    [InlineData("{\"id\":01}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"id\":\"\\ud800\"}")]
    [InlineData("[[{\"id\":1}]]")]
    [InlineData("5")]
    [InlineData("{\"id\":1} x")]
    public void Syntax_errors_fail_the_whole_load(string body) => new RowLoading("id INT, v INT").Failure(body, Json);

    [Theory]
    [InlineData("MAP<STRING,INT>", "{\"a\":1,\"b\":\"2\",\"c\":null}", "{\"a\":1,\"b\":2,\"c\":null}")]
    [InlineData("MAP<INT,STRING>", "{\"1\":\"x\",\"y\":5}", "{1:\"x\",null:\"5\"}")]
    [InlineData("STRUCT<a INT, b ARRAY<STRING>>", "{\"b\":[\"x\",{\"y\":1}],\"z\":0}", "{\"a\":null,\"b\":[\"x\",\"{\\\"y\\\":1}\"]}")]
    [InlineData("ARRAY<JSON>", "[{\"b\":1,\"a\":2},3]", "[{\"a\": 2, \"b\": 1},3]")]
    [InlineData("ARRAY<BOOLEAN>", "[true,\"false\",0]", "[1,0,0]")]
    [InlineData("ARRAY<ARRAY<INT>>", "[[1],2,[[3]]]", "[[1],null,[null]]")]
    [InlineData("BOOLEAN", "\"1\"", "1")]
    [InlineData("VARCHAR(40)", "12345678901234567890.10", "12345678901234567890.10")]
    [InlineData("VARCHAR(40)", "false", "0")]
    [InlineData("DECIMAL(76,4)", "123456789012345678901234567890123456789012345678901234567890.12345", "123456789012345678901234567890123456789012345678901234567890.1235")]
    [InlineData("DECIMAL(20,4)", "-0.00005", "-0.0001")]
    [InlineData("DECIMAL(18,0)", "999999999999999999", "999999999999999999")]
    [InlineData("DECIMAL(18,18)", "0.123456789012345678", "0.123456789012345678")]
    [InlineData("DECIMAL(20,4)", "-0", "0.0000")]
    [InlineData("JSON", "{\"\\u00e4\":1,\"z\":2,\"a\":\"\\u0001\\\"\"}", "{\"a\": \"\\u0001\\\"\", \"z\": 2, \"ä\": 1}")]
    [InlineData("JSON", "{\"b\":{\"y\":1,\"x\":[{\"d\":1,\"c\":2}]},\"a\":1e5}", "{\"a\": 1e5, \"b\": {\"x\": [{\"c\": 2, \"d\": 1}], \"y\": 1}}")]
    [InlineData("JSON", "{\"a\\nb\":1,\"a\\tb\":2}", "{\"a\\tb\": 2, \"a\\nb\": 1}")]
    [InlineData("JSON", "{\"a\":\"\\ud800\"}", "NULL")]
    public void Json_becomes_the_value(string type, string json, string value)
    {
        var loading = new RowLoading($"id INT, v {type}");
        loading.Load($$"""{"id":1,"v":{{json}}}""", Json);
        Assert.Equal("1," + value, loading.Rows);
    }

    [Fact]
    public void Keys_of_a_large_object_are_sorted_and_duplicates_stay_in_their_order()
    {
        var loading = new RowLoading("id INT, v JSON");
        string[] keys = [.. Enumerable.Range(0, 5_000).Select(i => $"k{(i * 7919) % 5_000:0000}")];
        loading.Load("{\"id\":1,\"v\":{" + string.Join(',', keys.Select((k, i) => $"\"{k}\":{i}")) + ",\"k0001\":\"twice\"}}", Json);
        Assert.Equal("1,{" + string.Join(", ", keys.Select((k, i) => (k, i)).OrderBy(x => x.k, StringComparer.Ordinal)
            .Select(x => $"\"{x.k}\": {x.i}" + (x.k == "k0001" ? ", \"k0001\": \"twice\"" : ""))) + "}", loading.Rows);
    }

    [Fact]
    public void Deepest_JSON_fits_a_small_stack_and_deeper_fails_the_load()
    {
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    var loading = new RowLoading("id INT, v JSON");
                    string deep = string.Concat(Enumerable.Repeat("[{\"a\":", 490)) + "1" + string.Concat(Enumerable.Repeat("}]", 490));
                    Assert.Equal(1, loading.Load("{\"id\":1,\"v\":" + deep + "}", Json).Loaded);
                    loading.Failure("{\"id\":1,\"v\":" + new string('[', 2_000) + new string(']', 2_000) + "}", Json);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [Fact]
    public void Too_long_text_says_the_capacity_in_strict_mode()
    {
        var loading = new RowLoading("id INT, v VARCHAR(2)");
        Assert.Equal("Value length is beyond the capacity. column=v, capacity=2", loading.Reason("""{"id":1,"v":"abc"}""", Json, ("strict_mode", "true")));
    }

    [Fact]
    public void Ops_beside_a_1_are_deletes_and_without_one_upserts()
    {
        var loading = new RowLoading("id INT, v INT");
        loading.Load("""{"id":1,"__op":2}{"id":2,"__op":0}{"id":3}""", Json);
        loading.Load("""{"id":1,"__op":2}{"id":2,"__op":0}{"id":3,"__op":1}{"id":4}""", Json);
        Assert.Equal("1,NULL;2,NULL;3,NULL;-1,NULL;2,NULL;-3,NULL;4,NULL", loading.Rows);
        Assert.Contains("name = __op", loading.Reason("""{"id":1,"__op":"delete"}""", Json), StringComparison.Ordinal);
    }
}

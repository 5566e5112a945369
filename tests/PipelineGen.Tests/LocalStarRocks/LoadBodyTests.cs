using System.Globalization;
using System.IO.Compression;
using System.Text;
using PipelineGen.LocalStarRocks.Load;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>Packed bodies, broken bodies, big bodies.</summary>
public sealed class LoadBodyTests
{
    private static readonly byte[] Json = Encoding.UTF8.GetBytes("""{"id":1,"v":"a"}""");

    [Theory]
    [InlineData("compression", "gzip")]
    [InlineData("compression", "DEFLATE")]
    [InlineData("Content-Encoding", "GZIP")]
    public void Json_is_unpacked(string header, string type)
    {
        var loading = new RowLoading("id INT, v STRING");
        loading.Load(Pack(Json, type.Equals("gzip", StringComparison.OrdinalIgnoreCase)), ("format", "json"), (header, type));
        Assert.Equal("1,a", loading.Rows);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public void Csv_is_unpacked_by_its_format(string format)
    {
        var loading = new RowLoading("id INT, v STRING");
        loading.Load(Pack("1\ta\n"u8.ToArray(), format == "gzip"), ("format", format), ("compression", "ignored"));
        Assert.Equal("1,a", loading.Rows);
    }

    [Theory]
    [InlineData("bzip2")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public void What_cannot_be_unpacked_is_refused_as_the_stand_ins_own(string format) =>
        Assert.Contains("stand-in", new RowLoading("id INT").Failure("", ("format", format)), StringComparison.Ordinal);

    [Fact]
    public void Compression_headers_are_checked()
    {
        var loading = new RowLoading("id INT");
        Assert.Equal("Only one of http header content-encoding and compression can be set", loading.Failure("", ("format", "json"), ("compression", "gzip"), ("Content-Encoding", "gzip")));
        Assert.Equal("Unsupported compression type: rar", loading.Failure("", ("format", "json"), ("compression", "rar")));
        Assert.Contains("stand-in", loading.Failure("", ("format", "json"), ("compression", "LZ4_FRAME")), StringComparison.Ordinal);
        Assert.Equal("unknown data format, format=xml", loading.Failure("", ("format", "xml")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Broken_or_torn_streams_fail_the_load(bool gzip)
    {
        byte[] packed = Pack(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i}\tvalue {i * 7919}\n"))), gzip);
        var loading = new RowLoading("id INT, v STRING");
        string format = gzip ? "gzip" : "deflate";
        foreach (byte[] broken in (byte[][])[packed[..(packed.Length / 2)], packed[..^1], packed[..10], [.. packed[..50], .. new byte[50], .. packed[100..]], "1\ta\n"u8.ToArray()])
        {
            Assert.Contains("Failed to decompress", Assert.Throws<LoadFailure>(() => loading.Load(broken, ("format", format))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Counts_run_over_several_bodies_and_sinks_that_write_nothing()
    {
        var loading = new RowLoading("id INT, v STRING NOT NULL");
        LoadHeaders headers = RowLoading.Headers(("column_separator", ","), ("where", "id > 0"));
        var loader = new RowLoader(LoadPlan.Make(loading.Table, headers), headers, TimeProvider.System);
        var discard = new DiscardSink(loading.Table);
        loader.Load(discard, "1,a\n2,\\N\n"u8);
        loader.Load(discard, "0,a\n3,b\n"u8);
        Assert.Equal((4, 2, 1, 1), (loader.Total, loader.Loaded, loader.Filtered, loader.Unselected));
        Assert.Equal((2, 0), (discard.Upserts, discard.Deletes));
    }

    [Fact]
    public void Discarding_still_checks_the_keys_size()
    {
        var loading = new RowLoading("id VARCHAR(200), v INT");
        LoadHeaders headers = RowLoading.Headers();
        var loader = new RowLoader(LoadPlan.Make(loading.Table, headers), headers, TimeProvider.System);
        byte[] body = Encoding.UTF8.GetBytes(new string('x', 129) + "\t1\n");
        Assert.Equal("primary key size exceed the limit.", Assert.Throws<RowRefusedException>(() => loader.Load(new DiscardSink(loading.Table), body)).Message);
    }

    [Fact]
    public void Rows_of_many_chunks_arrive_in_order_and_a_refusal_in_one_ends_the_load()
    {
        var body = new StringBuilder();
        for (int i = 0; i < 30_000; i++)
        {
            body.Append(CultureInfo.InvariantCulture, $"{i}\tvalue {i}\n");
        }

        var loading = new RowLoading("id INT, v STRING");
        Assert.Equal(30_000, loading.Load(body.ToString()).Loaded);
        Assert.Equal(string.Join(';', Enumerable.Range(0, 30_000).Select(i => $"{i},value {i}")), loading.Rows);

        var keyed = new RowLoading("id VARCHAR(200), v STRING");
        LoadHeaders headers = RowLoading.Headers();
        var loader = new RowLoader(LoadPlan.Make(keyed.Table, headers), headers, TimeProvider.System);
        byte[] broken = Encoding.UTF8.GetBytes(body.ToString().Replace("\n9000\t", "\n" + new string('9', 150) + "\t", StringComparison.Ordinal));
        Assert.Throws<RowRefusedException>(() => loader.Load(new DiscardSink(keyed.Table), broken));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    public void Rows_of_a_plain_load_allocate_nothing(string format)
    {
        var loading = new RowLoading("id BIGINT, d DECIMAL(20,4), t DATETIME, v VARCHAR(80), j JSON, a ARRAY<INT>, f DOUBLE");
        LoadHeaders headers = RowLoading.Headers(("format", format), ("column_separator", "|"), ("enclose", "'"));
        LoadPlan plan = LoadPlan.Make(loading.Table, headers);
        string row = format == "json"
            ? """{"id":1,"d":12.345,"t":"2024-01-01 01:02:03.5","v":"a\\b","j":{"b":1,"a":[true,"x"]},"a":[1,null],"f":0.5}""" + "\n"
            : "1|12.345|2024-01-01 01:02:03.5|'a''b'|{\"b\":1,\"a\":[true,\"x\"]}|[1,null]|0.5\n";
        // Three chunks are made and grow; what comes after them is rows alone.
        long few = Allocated(20_000);
        long many = Allocated(40_000);
        Assert.True(many - few < 40_000, $"{many - few} bytes for 20,000 rows more");

        long Allocated(int rows)
        {
            byte[] body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(row, rows)));
            long least = long.MaxValue;
            for (int i = 0; i < 3; i++)
            {
                var loader = new RowLoader(plan, headers, TimeProvider.System);
                long before = GC.GetAllocatedBytesForCurrentThread();
                loader.Load(new DiscardSink(loading.Table), body);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
                Assert.Equal(rows, loader.Loaded);
            }

            return least;
        }
    }

    /// <summary>At least 20,000 bodies, each a good one with some bytes changed.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_bodies_end_in_rows_or_in_a_failure_and_in_nothing_else(int seed)
    {
        var random = new Random(seed);
        var loading = new RowLoading("id INT, n LARGEINT, d DECIMAL(20,4), t DATETIME, v VARCHAR(20), b VARBINARY, j JSON, a ARRAY<STRING>, m MAP<STRING,INT>, f DOUBLE, o BOOLEAN");
        var sink = new DiscardSink(loading.Table);
        string columns = "id,n,d,t,v,b,j,a,m,f,o";
        byte[] csv = Encoding.UTF8.GetBytes("1,170141183460469231731687303715884105727,\"1.5\",2024-01-01 01:02:03.5,\"a\"\"b\",AP8=,\"{\"\"k\"\": [1, \"\"\\u00e4\"\"]}\",\"[\"\"x\"\",null]\",\"{\"\"k\"\":1}\",1e5,true\n2,\\N,\\N,\\N,\\N,\\N,\\N,\\N,\\N,\\N,\\N\n");
        byte[] json = Encoding.UTF8.GetBytes("""{"id":1,"n":"170","d":1.5e1,"t":"2024-01-01T01:02:03.5Z","v":"a\u00e4\n","b":"AP8=","j":{"b":[1,{"x":"\ud83d\ude00"}],"a":null},"a":["x",null],"m":{"k":1},"f":1e5,"o":true} {"id":2,"r":{"id":3}}""");
        byte[] packed = Pack(json, gzip: true);
        (byte[] Body, LoadHeaders Headers)[] kinds =
        [
            (csv, RowLoading.Headers(("column_separator", ","), ("enclose", "\""))),
            (csv, RowLoading.Headers(("column_separator", ","), ("enclose", "\""), ("escape", "\\"), ("trim_space", "true"), ("strict_mode", "true"), ("row_delimiter", "\\n"))),
            (csv, RowLoading.Headers(("column_separator", ","), ("columns", columns.Replace(",j,", ",x,", StringComparison.Ordinal) + ",j=parse_json(concat('[',x,']')),__op=if(v like 'a%',1,0)"), ("where", "f > 1 or v is null"))),
            (json, RowLoading.Headers(("format", "json"))),
            (json, RowLoading.Headers(("format", "json"), ("strip_outer_array", "true"), ("strict_mode", "true"))),
            (json, RowLoading.Headers(("format", "json"), ("jsonpaths", "[\"$.id\",\"$.j.b[0]\",\"$.d\",\"$.t\",\"$.j\",\"$.b\",\"$\",\"$.a\",\"$.m\",\"$.m.k\",\"$.o\"]"))),
            (json, RowLoading.Headers(("format", "json"), ("json_root", "$.r"))),
            (packed, RowLoading.Headers(("format", "json"), ("compression", "gzip"))),
        ];
        int failures = 0;
        long rows = 0;
        for (int i = 0; i < 6_000; i++)
        {
            (byte[] good, LoadHeaders headers) = kinds[i % kinds.Length];
            byte[] body = Mutate(good, random);
            var loader = new RowLoader(LoadPlan.Make(loading.Table, headers), headers, TimeProvider.System);
            try
            {
                loader.Load(sink, body);
            }
            catch (Exception e) when (e is LoadFailure or RowRefusedException)
            {
                failures++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, body {i}: {Convert.ToBase64String(body)}\n{e}");
            }

            Assert.Equal(loader.Total, loader.Loaded + loader.Filtered + loader.Unselected + (loader.Total > loader.Loaded + loader.Filtered + loader.Unselected ? 1 : 0));
            rows += loader.Total;
        }

        // Neither all of them broken nor all of them whole: the mutations reach both sides.
        Assert.InRange(failures, 300, 5_700);
        Assert.True(rows > 1_000, $"{rows} rows");
    }

    private static byte[] Mutate(byte[] good, Random random)
    {
        ReadOnlySpan<byte> marks = "\"\\,\n{}[]:\0\t Nn0e.-u\xff"u8;
        List<byte> body = [.. good];
        for (int changes = random.Next(1, 5); changes > 0 && body.Count > 0; changes--)
        {
            int at = random.Next(body.Count);
            switch (random.Next(6))
            {
                case 0: body[at] = (byte)random.Next(256); break;
                case 1: body[at] = marks[random.Next(marks.Length)]; break;
                case 2: body.Insert(at, marks[random.Next(marks.Length)]); break;
                case 3: body.RemoveAt(at); break;
                case 4: body.RemoveRange(at, random.Next(body.Count - at)); break;
                default: body.InsertRange(at, body.GetRange(at, random.Next(Math.Min(40, body.Count - at)))); break;
            }
        }

        return [.. body];
    }

    private static byte[] Pack(byte[] body, bool gzip)
    {
        using var packed = new MemoryStream();
        using (Stream packing = gzip ? new GZipStream(packed, CompressionLevel.Fastest) : new ZLibStream(packed, CompressionLevel.Fastest))
        {
            packing.Write(body);
        }

        return packed.ToArray();
    }
}

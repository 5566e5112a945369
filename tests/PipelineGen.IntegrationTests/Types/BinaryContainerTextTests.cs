using System.Collections;
using System.Text;
using System.Text.Json;
using Npgsql;
using PipelineGen.Pipeline;
using PipelineGen.Rows;

namespace PipelineGen.IntegrationTests.Types;

/// <summary>
/// Values that are made of others, against a real server and from a seed: what the send function gives is printed as the output
/// function prints it, both formats decode to one value and encode to one JSON, and that JSON is the server's where it has one.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class BinaryContainerTextTests(PostgresFixture postgres)
{
    private const string Seed = "0.20261122";
    private const int Values = 2000;

    private static readonly ColumnInfo Ints = Column("int4[]", Column("int4"));
    private static readonly ColumnInfo Texts = Column("text[]", Column("text"));
    private static readonly ColumnInfo Inner = Column("inner_t", null, Column("text"), Column("int4"), Ints);
    private static readonly ColumnInfo Outer = Column("outer_t", null, Inner, Texts, Column("inner_t[]", Inner));

    private delegate void Check(byte[] binary, string text, string? json);

    public static TheoryData<string, string, string, string?> Samples => new()
    {
        { "text[]", "some_texts()", "array_send", "array_to_json(v)" },
        { "json of text[]", "some_texts()", "array_send", "array_to_json(v)" },
        { "box[]", "some_boxes()", "array_send", null },
        { "numbers[]", "some_numbers()", "array_send", null },
        { "inner_t", "ROW(some_text(), some_int(), some_ints())::inner_t", "record_send", "row_to_json(v)" },
        { "inner_t[]", "some_inners()", "array_send", "array_to_json(v)" },
        { "outer_t", "some_outer()", "record_send", "row_to_json(v)" },
        { "nothing_t", "ROW()::nothing_t", "record_send", "row_to_json(v)" },
        { "textrange", "some_textrange()", "range_send", null },
        { "arrayrange", "some_arrayrange()", "range_send", null },
        { "numrange", "some_numrange()", "range_send", null },
        { "int4range", "some_int4range()", "range_send", "json_build_object('lower', lower(v), 'upper', upper(v), 'lower_inc', lower_inc(v), 'upper_inc', upper_inc(v), 'empty', isempty(v))" },
        { "tsrange", "some_tsrange()", "range_send", null },
        { "tstzrange", "tstzrange(lower(r) AT TIME ZONE 'UTC', upper(r) AT TIME ZONE 'UTC', '[]')", "range_send", null },
        { "daterange", "some_daterange()", "range_send", null },
        { "textmultirange", "some_textmultirange()", "multirange_send", null },
        { "int4multirange", "some_int4multirange()", "multirange_send", null },
        { "hstore", "some_hstore()", "hstore_send", "hstore_to_json(v)" },
        { "point", "some_point()", "point_send", null },
        { "line", "format('{%s,%s,%s}', coalesce(nullif(some_float(), 0), 1), some_float(), some_float())::line", "line_send", null },
        { "lseg", "lseg(some_point(), some_point())", "lseg_send", null },
        { "box", "box(some_point(), some_point())", "box_send", null },
        { "path", "(CASE WHEN random() < 0.5 THEN '[' || some_points() || ']' ELSE '(' || some_points() || ')' END)::path", "path_send", null },
        { "polygon", "('(' || some_points() || ')')::polygon", "poly_send", null },
        { "circle", "circle(some_point(), abs(some_float()))", "circle_send", null },
        { "tsvector", "some_tsvector()", "tsvectorsend", null },
        { "tsquery", "CASE WHEN random() < 0.01 THEN '' ELSE some_tsquery(5) END", "tsquerysend", null },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task What_postgres_sends_is_what_it_prints(string type, string value, string send, string? json)
    {
        Check check = CheckOf(type);
        await using TestDatabase database = await postgres.CreateDatabaseAsync(ContainerSamples.Schema);
        await using NpgsqlConnection connection = await database.OpenAsync();
        await using (var session = new NpgsqlCommand(SourceRows.Session, connection))
            await session.ExecuteNonQueryAsync();
        await using (var seed = new NpgsqlCommand($"SELECT setseed({Seed})", connection))
            await seed.ExecuteNonQueryAsync();
        string sql = $"""
            SELECT {send}(v), format('%s', v), ({json ?? "NULL"})::text
            FROM generate_series(1, {Values}) i, LATERAL (SELECT some_tsrange() WHERE i > 0 OFFSET 0) rs (r), LATERAL (SELECT {value} WHERE i > 0 AND (r IS NULL OR true) OFFSET 0) s (v)
            WHERE v IS DISTINCT FROM NULL
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        int seen = 0;
        while (await reader.ReadAsync())
        {
            byte[] binary = reader.GetFieldValue<byte[]>(0);
            string text = reader.GetString(1);
            try
            {
                check(binary, text, await reader.IsDBNullAsync(2) ? null : reader.GetString(2));
            }
            catch (Exception error)
            {
                Assert.Fail($"{type}, seed {Seed}, text {text}, binary {Convert.ToHexString(binary)}: {error}");
            }

            texts.Add(text);
            seen++;
        }

        // A generator that always gives the same value would prove nothing.
        Assert.InRange(seen, Values / 2, Values);
        Assert.InRange(texts.Count, type == "nothing_t" ? 1 : 100, seen);
    }

    private static Check CheckOf(string type) => type switch
    {
        "text[]" => Of<ReferenceArrayCodec<TextCodec, string>, string?[]>(Texts),
        "json of text[]" => Of<ReferenceArrayJsonCodec<TextCodec, string>, string?[]>(Texts),
        "box[]" => Of<ValueArrayCodec<BoxCodec, PgBox>, PgBox?[]>(Column(type, Column("box", ';'))),
        "numbers[]" => Of<ReferenceArrayCodec<ValueArrayCodec<Int4Codec, int>, int?[]>, int?[]?[]>(Column(type, Ints)),
        "inner_t" => Of<InnerCodec, Inner>(Inner),
        "inner_t[]" => Of<ValueArrayCodec<InnerCodec, Inner>, Inner?[]>(Column(type, Inner)),
        "outer_t" => Of<OuterCodec, Outer>(Outer),
        "nothing_t" => Of<NothingCodec, Nothing>(Column(type)),
        "textrange" => Of<RangeCodec<TextCodec, string>, PgRange<string>>(Column(type, Column("text"))) + Same(static t => PgRange<string>.Parse(t, static b => b).ToString()),
        "arrayrange" => Of<RangeCodec<ValueArrayCodec<Int4Codec, int>, int?[]>, PgRange<int?[]>>(Column(type, Ints)),
        "numrange" => Of<RangeCodec<NumericTextCodec, PgNumeric>, PgRange<PgNumeric>>(Column(type, Column("numeric"))),
        "int4range" => OfText<RangeCodec<Int4Codec, int>, PgRange<int>>(Column(type, Column("int4"))) + Of<RangeStructCodec<Int4Codec, int>, PgRange<int>>(Column(type, Column("int4"))),
        "tsrange" => Of<RangeCodec<TimestampCodec, DateTime>, PgRange<DateTime>>(Column(type, Column("timestamp"))),
        "tstzrange" => Of<RangeCodec<TimestampTzCodec, DateTime>, PgRange<DateTime>>(Column(type, Column("timestamptz"))),
        "daterange" => Of<RangeCodec<DateCodec, DateOnly>, PgRange<DateOnly>>(Column(type, Column("date"))),
        "textmultirange" => Of<MultirangeCodec<TextCodec, string>, PgRange<string>[]>(Column(type, Column("textrange", Column("text")))),
        "int4multirange" => Of<MultirangeCodec<Int4Codec, int>, PgRange<int>[]>(Column(type, Column("int4range", Column("int4")))),
        "hstore" => Of<HstoreCodec, IReadOnlyDictionary<string, string?>>(Column(type)),
        "point" => Of<PointCodec, PgPoint>(Column(type)) + Same(static t => PgPoint.Parse(t).ToString()) + Of<PointStructCodec, PgPoint>(Column(type, null, Column("float8"), Column("float8"))),
        "line" => Of<LineCodec, PgLine>(Column(type)) + Same(static t => PgLine.Parse(t).ToString()),
        "lseg" => Of<LsegCodec, PgLseg>(Column(type)) + Same(static t => PgLseg.Parse(t).ToString()),
        "box" => Of<BoxCodec, PgBox>(Column(type)) + Same(static t => PgBox.Parse(t).ToString()),
        "path" => Of<PathCodec, PgPath>(Column(type)) + Same(static t => PgPath.Parse(t).ToString()),
        "polygon" => Of<PolygonCodec, PgPolygon>(Column(type)) + Same(static t => PgPolygon.Parse(t).ToString()),
        "circle" => Of<CircleCodec, PgCircle>(Column(type)) + Same(static t => PgCircle.Parse(t).ToString()),
        "tsvector" => Of<TsVectorCodec, string>(Column(type)),
        "tsquery" => Of<TsQueryCodec, string>(Column(type)),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no codec"),
    };

    private static Check Of<TCodec, T>(ColumnInfo column)
        where TCodec : struct, IColumnEncoder, IColumnDecoder<T>, IPgText
        where T : notnull => (binary, text, json) =>
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Assert.Equal(text, Print<TCodec>(column, ColumnFormat.Binary, binary));
        Assert.Equal(text, Print<TCodec>(column, ColumnFormat.Text, utf8));
        string encoded = Encode<TCodec>(column, ColumnFormat.Binary, binary);
        Assert.Equal(encoded, Encode<TCodec>(column, ColumnFormat.Text, utf8));
        Assert.Equal(Decode<TCodec, T>(column, ColumnFormat.Binary, binary), Decode<TCodec, T>(column, ColumnFormat.Text, utf8));
        // What is outside the domain has no JSON of ours.
        if (json is not null && !encoded.StartsWith("outside", StringComparison.Ordinal))
            Assert.True(JsonElement.DeepEquals(JsonElement.Parse(encoded), JsonElement.Parse(json)), $"{encoded} is not {json}");
    };

    private static Check OfText<TCodec, T>(ColumnInfo column)
        where TCodec : struct, IColumnEncoder, IColumnDecoder<T>, IPgText
        where T : notnull => (binary, text, _) => Of<TCodec, T>(column)(binary, text, JsonSerializer.Serialize(text));

    private static Check Same(Func<string, string> parsedAndPrinted) => (_, text, _) => Assert.Equal(text, parsedAndPrinted(text));

    private static string Print<TText>(ColumnInfo column, ColumnFormat format, byte[] bytes)
        where TText : struct, IPgText
    {
        var text = new PgTextWriter([]);
        TText.Print(column, new ColumnValue(format, bytes), ref text);
        string printed = text.ToString();
        text.Dispose();
        return printed;
    }

    private static string Encode<TCodec>(ColumnInfo column, ColumnFormat format, byte[] bytes)
        where TCodec : struct, IColumnEncoder
    {
        using var buffer = new LoadBuffer();
        var writer = new LoadWriter(buffer);
        try
        {
            TCodec.Encode(column, new ColumnValue(format, bytes), ref writer);
            writer.Commit();
            return Encoding.UTF8.GetString(buffer.ToArray());
        }
        catch (ColumnValueException error)
        {
            return OutOfDomain(error);
        }
    }

    private static string Decode<TCodec, T>(ColumnInfo column, ColumnFormat format, byte[] bytes)
        where TCodec : struct, IColumnDecoder<T>
        where T : notnull
    {
        try
        {
            return Describe(TCodec.Decode(column, new ColumnValue(format, bytes)));
        }
        catch (ColumnValueException error)
        {
            return OutOfDomain(error);
        }
    }

    private static string OutOfDomain(ColumnValueException error)
    {
        Assert.Contains("[Column(", error.Message, StringComparison.Ordinal);
        return "outside: " + error.Message;
    }

    private static string Describe(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        IReadOnlyDictionary<string, string?> map => string.Join(", ", map.Select(static pair => $"{pair.Key}={Describe(pair.Value)}")),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Describe))}]",
        Inner inner => $"({Describe(inner.A)}, {Describe(inner.B)}, {Describe(inner.C)})",
        Outer outer => $"({Describe(outer.I)}, {Describe(outer.T)}, {Describe(outer.L)})",
        PgRange<int?[]> range => range.ToString(static bound => Describe(bound)),
        _ => value.ToString()!,
    };

    private static ColumnInfo Column(string type, ColumnInfo? element = null, params ColumnInfo[] fields) => Column(type, ',', element, fields);

    private static ColumnInfo Column(string type, char delimiter, ColumnInfo? element = null, params ColumnInfo[] fields) => new()
    {
        Table = "public.t", Name = "c", TargetName = "c", LoadName = "c", PostgresType = type, StarRocksType = "ANY", Element = element, Fields = fields, Delimiter = (byte)delimiter,
    };
}

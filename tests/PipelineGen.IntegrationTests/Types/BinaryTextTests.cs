using System.Text;
using Npgsql;
using PipelineGen.Pipeline;
using PipelineGen.Rows;

namespace PipelineGen.IntegrationTests.Types;

/// <summary>
/// The scalar codecs against a real server: of every value, what Postgres' send function gives is printed as Postgres' output
/// function prints it, and both formats decode to one value and encode to one JSON (TYPES.md, rule 4).
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class BinaryTextTests(PostgresFixture postgres)
{
    private const int Seed = 20261122;
    private const int RandomValues = 3000;

    private delegate void Check(byte[] binary, string text);

    [Theory]
    [InlineData("bool", "boolsend")]
    [InlineData("int2", "int2send", "32767", "-32768")]
    [InlineData("int4", "int4send", "2147483647", "-2147483648")]
    [InlineData("int8", "int8send", "9223372036854775807", "-9223372036854775808")]
    [InlineData("oid", "oidsend", "4294967295")]
    [InlineData("xid", "xidsend", "4294967295")]
    [InlineData("cid", "cidsend", "4294967295")]
    [InlineData("xid8", "xid8send", "18446744073709551615", "0")]
    [InlineData("float4", "float4send", "NaN", "Infinity", "-Infinity", "-0", "0", "1e-45", "3.4028235e38", "999999", "1e6", "0.0001", "0.00001", "16777216", "33554448", "8388608.5")]
    [InlineData("float8", "float8send", "NaN", "Infinity", "-Infinity", "-0", "5e-324", "1.7976931348623157e308", "999999999999999", "1e15", "0.0001", "0.00001", "9007199254740993", "2.2250738585072014e-308", "1e22", "1e23", "123456789012345680")]
    [InlineData("numeric", "numeric_send", "NaN", "Infinity", "-Infinity", "0", "0.000", "-0", "1e-16383", "1e131071", "10000", "0.0001", "99999999.9999")]
    [InlineData("money", "cash_send", "0", "-0.05", "92233720368547758.07", "-92233720368547758.08", "999.99", "1000")]
    [InlineData("date", "date_send", "infinity", "-infinity", "4714-11-24 BC", "0001-12-31 BC", "0044-03-15 BC", "0001-02-29 BC", "0001-01-01", "9999-12-31", "10000-01-01", "5874897-12-31")]
    [InlineData("time", "time_send", "24:00:00", "00:00:00", "23:59:59.999999", "12:00:00.1")]
    [InlineData("timetz", "timetz_send", "24:00:00+15:59:59", "00:00:00-15:59:59", "04:05:06.789-08", "12:00:00+00:19:32", "12:00:00+05:30", "12:00:00-00:00:01")]
    [InlineData("timestamp", "timestamp_send", "infinity", "-infinity", "4714-11-24 00:00:00 BC", "294276-12-31 23:59:59.999999", "0044-03-15 12:00:00.5 BC", "1999-12-31 23:59:59.999999")]
    [InlineData("timestamptz", "timestamptz_send", "infinity", "-infinity", "4714-11-24 00:00:00+00 BC", "294276-12-31 23:59:59.999999+00", "2020-01-01 00:00:00+00", "1890-01-01 00:00:00+01:05:20")]
    [InlineData("interval", "interval_send", "0", "1 year 2 mons 3 days 04:05:06.789", "-1 mon +1 day -00:00:00.000001", "178956970 years 7 mons", "-178956970 years -8 mons", "2147483647 days", "-2147483648 days", "2562047788:00:54.775807", "-1 year 1 mon", "00:00:59.999999", "-00:59:00.5")]
    [InlineData("uuid", "uuid_send", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("bytea", "byteasend", "\\x", "\\x00", "\\xff5c")]
    [InlineData("json", "json_send", " { \"a\" : 1, \"a\" : 2 } ")]
    [InlineData("jsonb", "jsonb_send", "1e1000", "{\"b\":1,\"a\":1.50}")]
    [InlineData("inet", "inet_send", "0.0.0.0", "10.1.2.3/8", "::", "::1", "::/0", "::1.2.3.4", "::ffff:1.2.3.4", "::ffff:0:0/96", "::2", "1::", "1:0:0:2::", "fe80::1/64", "1:0:2:0:3:0:4:0")]
    [InlineData("cidr", "cidr_send", "10.1.2.3/32", "10.0.0.0/8", "::/0", "::1/128", "::1.2.3.4/128", "fe80::/10")]
    [InlineData("macaddr", "macaddr_send", "00:00:00:00:00:00")]
    [InlineData("macaddr8", "macaddr8_send", "ff:ff:ff:ff:ff:ff:ff:ff")]
    [InlineData("bit(1)", "bit_send")]
    [InlineData("bit(13)", "bit_send")]
    [InlineData("varbit", "varbit_send", "", "1", "00000000", "111111111")]
    [InlineData("pg_lsn", "pg_lsn_send", "0/0", "FFFFFFFF/FFFFFFFF", "16/B374D848")]
    [InlineData("tid", "tidsend", "(0,0)", "(4294967295,65535)")]
    [InlineData("pg_snapshot", "pg_snapshot_send", "10:20:", "10:20:10,14,15")]
    [InlineData("txid_snapshot", "txid_snapshot_send", "10:20:")]
    [InlineData("\"char\"", "charsend", "", "\\")]
    [InlineData("text", "textsend", "", "\\N")]
    [InlineData("varchar", "varcharsend", "")]
    [InlineData("bpchar(9)", "bpcharsend", "", "   a")]
    [InlineData("name", "namesend", "")]
    [InlineData("jsonpath", "jsonpath_send", "$", "strict $.a")]
    [InlineData("ltree", "ltree_send", "", "Top.Science")]
    public async Task What_postgres_sends_is_what_it_prints(string type, string send, params string[] extremes)
    {
        var literals = new RandomLiterals(new Random(Seed));
        string[] inputs = [.. extremes, .. Enumerable.Range(0, RandomValues).Select(_ => literals.Of(type))];
        Check check = CheckOf(type);
        int seen = 0;
        await using TestDatabase database = await postgres.CreateDatabaseAsync(type == "ltree" ? "CREATE EXTENSION ltree" : null);
        await using NpgsqlConnection connection = await SessionAsync(database);
        await using var command = new NpgsqlCommand($"SELECT i, {send}(v), format('%s', v) FROM unnest($1::text[]) i, LATERAL (SELECT CAST(i AS {type}) AS v OFFSET 0) s", connection)
        {
            Parameters = { new NpgsqlParameter { Value = inputs } },
        };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            byte[] binary = reader.GetFieldValue<byte[]>(1);
            string text = reader.GetString(2);
            try
            {
                check(binary, text);
            }
            catch (Exception error)
            {
                Assert.Fail($"{type}, seed {Seed}, input {reader.GetString(0)}, text {text}, binary {Convert.ToHexString(binary)}: {error}");
            }

            seen++;
        }

        Assert.Equal(inputs.Length, seen);
    }

    [Fact]
    public async Task Every_power_of_two_is_printed_with_the_digits_of_postgres()
    {
        // At powers of two the neighbour below is nearer than the one above: the hard case of shortest digits.
        await using TestDatabase database = await postgres.CreateDatabaseAsync();
        await using NpgsqlConnection connection = await SessionAsync(database);
        double[] doubles = [.. Enumerable.Range(-1074, 1074 + 1024).Select(static e => Math.ScaleB(1, e)).SelectMany(static v => new[] { v, Math.BitIncrement(v), Math.BitDecrement(v) })];
        float[] floats = [.. Enumerable.Range(-149, 149 + 128).Select(static e => MathF.ScaleB(1, e)).SelectMany(static v => new[] { v, MathF.BitIncrement(v), MathF.BitDecrement(v) })];
        Check eight = Of<Float8Codec, double>(Column("float8"));
        Check four = Of<Float4Codec, float>(Column("float4"));
        await using var command = new NpgsqlCommand("SELECT float8send(v), v::text, true FROM unnest($1::float8[]) v UNION ALL SELECT float4send(v), v::text, false FROM unnest($2::float4[]) v", connection)
        {
            Parameters = { new NpgsqlParameter { Value = doubles }, new NpgsqlParameter { Value = floats } },
        };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        int seen = 0;
        for (; await reader.ReadAsync(); seen++)
            (reader.GetBoolean(2) ? eight : four)(reader.GetFieldValue<byte[]>(0), reader.GetString(1));
        Assert.Equal(doubles.Length + floats.Length, seen);
    }

    [Fact]
    public async Task Every_byte_of_char_is_carried()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync();
        await using NpgsqlConnection connection = await SessionAsync(database);
        await using var command = new NpgsqlCommand("SELECT b, charsend(b::\"char\") FROM generate_series(-128, 127) b", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        var texts = new HashSet<string>();
        while (await reader.ReadAsync())
        {
            byte b = (byte)reader.GetInt32(0);
            string text = Print<CharCodec>(Column("\"char\""), ColumnFormat.Binary, reader.GetFieldValue<byte[]>(1));
            Assert.Equal(b == 0 ? "" : b < 128 ? ((char)b).ToString() : "\\" + Convert.ToString(b, 8), text);
            texts.Add(text);
        }

        Assert.Equal(256, texts.Count);
    }

    private static Check CheckOf(string type)
    {
        ColumnInfo column = Column(type);
        return type switch
        {
            "bool" => Of<BoolCodec, bool>(column),
            "int2" => Of<Int2Codec, short>(column),
            "int4" => Of<Int4Codec, int>(column),
            "int8" => Of<Int8Codec, long>(column),
            "oid" or "xid" or "cid" => Of<OidCodec, uint>(column),
            "xid8" => Of<Xid8Codec, ulong>(column),
            "float4" => Of<Float4Codec, float>(column),
            "float8" => Of<Float8Codec, double>(column),
            "numeric" => Of<NumericTextCodec, PgNumeric>(column) + Of<NumericCodec, decimal>(column) + Same(static t => PgNumeric.Parse(t).ToString()),
            "money" => Of<MoneyCodec, decimal>(column),
            "date" => Of<DateCodec, DateOnly>(column),
            "time" => Of<TimeCodec, TimeOnly>(column) + Of<TimeMicrosecondsCodec, TimeOnly>(column),
            "timetz" => Of<TimeTzCodec, PgTimeTz>(column) + Same(static t => PgTimeTz.Parse(t).ToString()),
            "timestamp" => Of<TimestampCodec, DateTime>(column),
            "timestamptz" => Of<TimestampTzCodec, DateTime>(column),
            "interval" => Of<IntervalCodec, PgInterval>(column) + Of<IntervalMicrosecondsCodec, PgInterval>(column) + Same(static t => PgInterval.Parse(t).ToString()),
            "uuid" => Of<UuidCodec, Guid>(column),
            "bytea" => Of<ByteaCodec, ReadOnlyMemory<byte>>(column) + Of<ByteaHexCodec, ReadOnlyMemory<byte>>(column),
            "json" => Of<JsonCodec, PgJson>(column) + Of<JsonTextCodec, PgJson>(column),
            "jsonb" => Of<JsonbCodec, PgJson>(column) + Of<JsonbTextCodec, PgJson>(column),
            "inet" or "cidr" => Of<InetCodec, string>(column),
            "macaddr" or "macaddr8" => Of<MacAddrCodec, string>(column),
            "bit(1)" => Of<BitCodec, string>(column) + Of<BitBooleanCodec, bool>(column),
            "bit(13)" or "varbit" => Of<BitCodec, string>(column),
            "pg_lsn" => Of<PgLsnCodec, string>(column),
            "tid" => Of<TidCodec, string>(column),
            "pg_snapshot" or "txid_snapshot" => Of<PgSnapshotCodec, string>(column),
            "\"char\"" => Of<CharCodec, string>(column),
            "jsonpath" or "ltree" => Of<VersionedTextCodec, string>(column),
            _ => Of<TextCodec, string>(column) + Of<AsTextCodec<TextCodec>, string>(column),
        };
    }

    private static Check Of<TCodec, T>(ColumnInfo column)
        where TCodec : struct, IColumnEncoder, IColumnDecoder<T>, IPgText => (binary, text) =>
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Assert.Equal(text, Print<TCodec>(column, ColumnFormat.Binary, binary));
        Assert.Equal(text, Print<TCodec>(column, ColumnFormat.Text, utf8));
        object? fromBinary = Decode<TCodec, T>(column, ColumnFormat.Binary, binary);
        object? fromText = Decode<TCodec, T>(column, ColumnFormat.Text, utf8);
        if (fromBinary is ReadOnlyMemory<byte> bytes)
            Assert.Equal(bytes.ToArray(), ((ReadOnlyMemory<byte>)fromText!).ToArray());
        else
            Assert.Equal(fromBinary, fromText);
        Assert.Equal(Encode<TCodec>(column, ColumnFormat.Binary, binary), Encode<TCodec>(column, ColumnFormat.Text, utf8));
    };

    /// <summary>The text, read and printed again by a value type, stays itself.</summary>
    private static Check Same(Func<string, string> again) => (_, text) => Assert.Equal(text, again(text));

    private static string Print<TText>(ColumnInfo column, ColumnFormat format, byte[] bytes)
        where TText : struct, IPgText
    {
        var text = new PgTextWriter(stackalloc byte[4]);
        TText.Print(column, new ColumnValue(format, bytes), ref text);
        string printed = text.ToString();
        text.Dispose();
        return printed;
    }

    /// <summary>The value; or, of one that the C# type lacks, the error's message.</summary>
    private static object? Decode<TCodec, T>(ColumnInfo column, ColumnFormat format, byte[] bytes)
        where TCodec : struct, IColumnDecoder<T>
    {
        try
        {
            return TCodec.Decode(column, new ColumnValue(format, bytes));
        }
        catch (ColumnValueException error) when (error.IsOutOfDomain)
        {
            return error.Message;
        }
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
        catch (ColumnValueException error) when (error.IsOutOfDomain)
        {
            return error.Message;
        }
    }

    private static async Task<NpgsqlConnection> SessionAsync(TestDatabase database)
    {
        NpgsqlConnection connection = await database.OpenAsync();
        await using var session = new NpgsqlCommand(SourceRows.Session + "; SET lc_monetary = 'C'", connection);
        await session.ExecuteNonQueryAsync();
        return connection;
    }

    private static ColumnInfo Column(string type) => new()
    {
        Table = "public.t", Name = "c", TargetName = "c", LoadName = "c", PostgresType = type, StarRocksType = "VARCHAR(1048576)",
        Precision = type == "money" ? 19 : 38, Scale = type == "money" ? 2 : 10,
    };
}

using PipelineGen.IntegrationTests.Types;
using PipelineGen.Rows;

namespace PipelineGen.IntegrationTests.Postgres.Keys;

/// <summary>A table <c>public.t</c> with the key columns <c>k0</c>, <c>k1</c>..., what was compiled of it, and values for it.</summary>
/// <param name="types">SQL types, with a collation where one is meant: <c>text COLLATE "C"</c>.</param>
internal sealed class KeyTable(params string[] types)
{
    /// <summary>The types that the tests name and no server has.</summary>
    public const string Types = """
        CREATE EXTENSION citext; CREATE EXTENSION ltree;
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy', 'Émue', '"q"\');
        CREATE TYPE inner_t AS (a text, b int4, c int4[]);
        CREATE DOMAIN whole AS int8;
        CREATE DOMAIN words AS text COLLATE "C";
        CREATE DOMAIN deep_words AS words;
        CREATE DOMAIN feeling AS mood;
        """;

    private static readonly Dictionary<string, string[]> Edges = new(StringComparer.Ordinal)
    {
        ["int2"] = ["0", "-1", "1", "255", "256", "32767", "-32768"],
        ["int4"] = ["0", "-1", "1", "255", "256", "2147483647", "-2147483648"],
        ["int8"] = ["0", "-1", "1", "255", "256", "9223372036854775807", "-9223372036854775808"],
        ["oid"] = ["0", "1", "2147483647", "2147483648", "4294967295"],
        ["xid"] = ["0", "1", "4294967295"],
        ["xid8"] = ["0", "1", "9223372036854775807", "9223372036854775808", "18446744073709551615"],
        ["float4"] = ["NaN", "Infinity", "-Infinity", "-0", "0", "1e-45", "-1e-45", "3.4028235e38", "-3.4028235e38", "1", "-1"],
        ["float8"] = ["NaN", "Infinity", "-Infinity", "-0", "0", "5e-324", "-5e-324", "1.7976931348623157e308", "-1.7976931348623157e308", "1", "-1"],
        ["numeric"] = ["NaN", "Infinity", "-Infinity", "0", "0.000", "1", "1.0", "1.00", "-1", "-1.00", "9999", "10000", "10000.0000", "-9999", "-10000", "1000", "100000", "0.0001", "0.00001", "-0.0001", "-0.00001",
            "1e-16383", "-1e-16383", "1e131071", "-1e131071", "99999999.9999", "100010000", "100000001", "10000.0001", "-10000.0001", "0.10000001", "0.1"],
        ["money"] = ["0", "-0.01", "0.01", "92233720368547758.07", "-92233720368547758.08", "999.99", "1000"],
        ["date"] = ["infinity", "-infinity", "4714-11-24 BC", "0001-12-31 BC", "0001-01-01", "1999-12-31", "2000-01-01", "9999-12-31", "10000-01-01", "5874897-12-31"],
        ["time"] = ["00:00:00", "24:00:00", "23:59:59.999999"],
        ["timetz"] = ["24:00:00+15:59:59", "00:00:00-15:59:59", "12:00:00+00"],
        ["timestamp"] = ["infinity", "-infinity", "4714-11-24 00:00:00 BC", "294276-12-31 23:59:59.999999", "0044-03-15 12:00:00.5 BC", "1999-12-31 23:59:59.999999", "2000-01-01 00:00:00"],
        ["timestamptz"] = ["infinity", "-infinity", "4714-11-24 00:00:00+00 BC", "294276-12-31 23:59:59.999999+00", "1999-12-31 23:59:59.999999+00", "2000-01-01 00:00:00+00"],
        ["interval"] = ["0", "1 mon", "30 days", "29 days 24:00:00", "720:00:00", "-1 mon +1 day", "178956970 years 7 mons", "-178956970 years -8 mons", "2147483647 days", "-2147483648 days",
            "2562047788:00:54.775807", "-2562047788:00:54.775807", "-00:00:00.000001", "00:00:00.000001"],
        ["uuid"] = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "7fffffff-ffff-ffff-ffff-ffffffffffff", "80000000-0000-0000-0000-000000000000"],
        ["bytea"] = ["\\x", "\\x00", "\\x0000", "\\x000001", "\\x00ff", "\\x01", "\\xff", "\\xff00", "\\xffff", "\\x5c27"],
        ["pg_lsn"] = ["0/0", "0/FFFFFFFF", "1/0", "FFFFFFFF/FFFFFFFF", "7FFFFFFF/1", "80000000/0"],
        ["macaddr"] = ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "80:00:00:00:00:00", "00:00:00:00:00:80"],
        ["macaddr8"] = ["00:00:00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff:ff:ff", "80:00:00:00:00:00:00:00", "00:00:00:00:80:00:00:00"],
        // UTF-16 would have the last but one above the last.
        ["text"] = ["", "a", "A", "a ", "ab", "b", "B", "é", "e\u0301", "\\", "'", "\\'", "''", "\\\\x", "$1", "\u0001", "\u007f", "\u0080", "\u07ff", "\u0800", "\uffff", "\uffee", "😀", "\U0010ffff"],
        ["bpchar(9)"] = ["", "a", "a  b", "ab"],
        ["varbit"] = ["", "0", "00", "1"],
        ["int4[]"] = ["{}", "{NULL}", "{1}", "{10}", "{2}", "{1,2}", "[0:1]={1,2}"],
        ["text[]"] = ["{}", "{NULL}", "{\"NULL\"}", "{\"\"}", "{\"a b\",c}", "{{a},{b}}", "{\"\\\\\"}"],
        ["int4range"] = ["empty", "[1,5)", "(,)", "[10,)", "(,7)"],
        ["inner_t"] = ["(,,)", "(\"\",0,{})", "(a,1,\"{1,2}\")", "(\"a b\",,{NULL})", "(\"\"\"\\\\\",-1,)"],
        ["mood"] = ["sad", "ok", "happy", "Émue", "\"q\"\\"],
        ["ltree"] = ["", "Top.Science", "Top"],
        ["jsonb"] = ["1.0", "1.00", "{}", "null"],
    };

    public IReadOnlyList<string> ColumnTypes { get; } = types;

    public TableLayout Layout { get; } = new()
    {
        Schema = "public", Name = "t", TargetTable = "t", CreateTable = "", Columns = [Column("note", "text"), .. types.Select(static (t, i) => Column($"k{i}", t))],
        Key = [.. Enumerable.Range(1, types.Length)],
    };

    /// <summary>The columns of the table; what else it has is the test's.</summary>
    public string Columns { get; } = string.Join(", ", types.Select(static (t, i) => $"k{i} {t} NOT NULL").Append("note text"));

    public string Names { get; } = string.Join(", ", types.Select(static (_, i) => $"k{i}"));

    /// <summary>An INSERT of the rows, each an input text for each column.</summary>
    public string Insert { get; } =
        $"INSERT INTO t ({string.Join(", ", types.Select(static (_, i) => $"k{i}"))}) SELECT {string.Join(", ", types.Select(static (t, i) => $"v{i}::{SqlType(t)}"))} " +
        $"FROM unnest({string.Join(", ", types.Select(static (_, i) => $"${i + 1}::text[]"))}) v ({string.Join(", ", types.Select(static (_, i) => $"v{i}"))})";

    /// <summary>Input texts of a column: the edges of its type and values from a seed.</summary>
    public static List<string> Values(string type, int count, Random random)
    {
        string plain = PlainType(type);
        var literals = new RandomLiterals(random);
        List<string> values = [.. Edges.GetValueOrDefault(plain, []), .. Enumerable.Range(0, count).Select(_ => Value(plain, literals, random))];
        if (plain == "text" && type.StartsWith("name", StringComparison.Ordinal))
            values = [.. values.Where(static v => System.Text.Encoding.UTF8.GetByteCount(v) < 64)];
        if (plain == "text")
            values.Add(string.Concat(Enumerable.Repeat("é\\'", 12)));
        return values;
    }

    private static string Value(string type, RandomLiterals literals, Random random) => type switch
    {
        "int4[]" => $"{{{literals.Of("int4")},{literals.Of("int4")}}}",
        "text[]" => $"{{\"{Quoted(literals.Of("text"))}\"}}",
        "int4range" => $"[{random.Next(1000)},{random.Next(1000, 2000)})",
        "inner_t" => $"(\"{Quoted(literals.Of("text"))}\",{literals.Of("int4")},)",
        "mood" => Edges["mood"][random.Next(Edges["mood"].Length)],
        _ => literals.Of(type),
    };

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string SqlType(string type) => type.Split(" COLLATE ")[0];

    /// <summary>The type whose values a type has.</summary>
    private static string PlainType(string type) => SqlType(type) switch
    {
        "varchar" or "varchar(40)" or "name" or "citext" or "words" or "deep_words" => "text",
        "whole" => "int8",
        "feeling" => "mood",
        "bit(13)" => "bit(13)",
        var other => other,
    };

    private static ColumnInfo Column(string name, string type)
    {
        string sql = SqlType(type);
        (string postgres, string baseType) = sql switch
        {
            "\"char\"" => ("char", "char"),
            "citext" or "ltree" or "mood" or "inner_t" => ($"public.{sql}", sql),
            "whole" => ("public.whole", "int8"),
            "words" or "deep_words" => ($"public.{sql}", "text"),
            "feeling" => ("public.feeling", "mood"),
            _ => (sql, sql.EndsWith("[]", StringComparison.Ordinal) ? "" : sql.Split('(')[0]),
        };
        return sql switch
        {
            "int4[]" or "int4range" => Info(name, postgres, baseType, Printer(sql), Part("int4")),
            "text[]" => Info(name, postgres, baseType, Printer(sql), Part("text")),
            "inner_t" => Info(name, postgres, baseType, Printer(sql), null, Part("text"), Part("int4"), Info("c", "int4[]", "", null, Part("int4"))),
            _ => Info(name, postgres, baseType, Printer(PlainType(sql))),
        };

        static ColumnInfo Part(string type) => Info("c", type, type, null);
    }

    private static ColumnInfo Info(string name, string postgres, string baseType, PgTextPrinter? print, ColumnInfo? element = null, params ColumnInfo[] fields) => new()
    {
        Table = "public.t", Name = name, TargetName = name, LoadName = name, PostgresType = postgres, BaseType = baseType, StarRocksType = "ANY",
        Print = print, Element = element, Fields = fields,
    };

    private static PgTextPrinter Printer(string type) => type switch
    {
        "bool" => BoolCodec.Print,
        "int2" => Int2Codec.Print,
        "int4" => Int4Codec.Print,
        "int8" => Int8Codec.Print,
        "oid" or "xid" => OidCodec.Print,
        "xid8" => Xid8Codec.Print,
        "float4" => Float4Codec.Print,
        "float8" => Float8Codec.Print,
        "numeric" => NumericTextCodec.Print,
        "money" => MoneyCodec.Print,
        "date" => DateCodec.Print,
        "time" => TimeCodec.Print,
        "timetz" => TimeTzCodec.Print,
        "timestamp" => TimestampCodec.Print,
        "timestamptz" => TimestampTzCodec.Print,
        "interval" => IntervalCodec.Print,
        "uuid" => UuidCodec.Print,
        "bytea" => ByteaHexCodec.Print,
        "inet" or "cidr" => InetCodec.Print,
        "macaddr" or "macaddr8" => MacAddrCodec.Print,
        "bit(13)" or "varbit" => BitCodec.Print,
        "pg_lsn" => PgLsnCodec.Print,
        "\"char\"" => CharCodec.Print,
        "jsonb" => JsonbTextCodec.Print,
        "ltree" => VersionedTextCodec.Print,
        "int4[]" => ValueArrayCodec<Int4Codec, int>.Print,
        "text[]" => ReferenceArrayCodec<TextCodec, string>.Print,
        "int4range" => RangeCodec<Int4Codec, int>.Print,
        "inner_t" => InnerCodec.Print,
        _ => TextCodec.Print,
    };
}

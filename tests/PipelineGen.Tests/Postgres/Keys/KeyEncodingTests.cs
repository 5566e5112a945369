using System.Buffers;
using System.Text;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Postgres.Keys;

public sealed class KeyEncodingTests
{
    [Theory]
    [InlineData("bool", "x")]
    [InlineData("bool", "")]
    [InlineData("char", "ab")]
    [InlineData("char", "\\999")]
    [InlineData("int2", "32768")]
    [InlineData("int4", "1 ")]
    [InlineData("int8", "9223372036854775808")]
    [InlineData("oid", "-1")]
    [InlineData("xid8", "18446744073709551616")]
    [InlineData("float4", "1e40")]
    [InlineData("float8", "nan")]
    [InlineData("numeric", "1e5")]
    [InlineData("numeric", "-")]
    [InlineData("numeric", "")]
    [InlineData("numeric", ".5")]
    [InlineData("money", "$")]
    [InlineData("date", "01/02/2003")]
    [InlineData("time", "24:00:01")]
    [InlineData("timestamp", "2003-02-01")]
    [InlineData("timestamptz", "2003-02-01 00:00:00")]
    [InlineData("interval", "two days")]
    [InlineData("uuid", "00000000-0000-0000-0000-00000000000")]
    [InlineData("bytea", "abc")]
    [InlineData("bytea", "\\x0")]
    [InlineData("pg_lsn", "123456789/0")]
    [InlineData("pg_lsn", "0/")]
    [InlineData("pg_lsn", "00")]
    [InlineData("macaddr", "00:00:00:00:00:00:00:00")]
    [InlineData("macaddr", "00-00-00-00-00-00")]
    [InlineData("macaddr8", "00:00:00:00:00:00:00:0g")]
    [InlineData("text", "a\0b")]
    [InlineData("mood", "a\0b")]
    public void A_text_that_is_no_value_of_the_type_is_refused(string type, string value) =>
        Assert.Throws<ColumnValueException>(() => KeyEncoding.Of(Table(type)).Encode([value]));

    [Theory]
    [InlineData("int4", "000001")]
    [InlineData("numeric", "")]
    [InlineData("numeric", "0002000000000000")]
    [InlineData("numeric", "00010000000000002710")]
    [InlineData("numeric", "00010000000100000001")]
    [InlineData("timestamp", "7ffffffffffffffe")]
    [InlineData("date", "7ffffffe")]
    [InlineData("time", "ffffffffffffffff")]
    [InlineData("macaddr", "0000000000000000")]
    [InlineData("pg_lsn", "00000000")]
    [InlineData("interval", "00")]
    [InlineData("text", "6100")]
    public void Bytes_that_are_no_value_of_the_type_are_refused(string type, string hex) =>
        Assert.Throws<ColumnValueException>(() => Append(KeyEncoding.Of(Table(type)), ColumnFormat.Binary, Convert.FromHexString(hex)));

    [Fact]
    public void A_key_has_neither_null_nor_values_that_are_left_out()
    {
        KeyEncoding encoding = KeyEncoding.Of(Table("int4"));
        Assert.Throws<ColumnValueException>(() => Append(encoding, ColumnFormat.Null, []));
        Assert.Throws<ColumnValueException>(() => Append(encoding, ColumnFormat.UnchangedToast, []));
    }

    [Fact]
    public void A_bound_has_a_value_for_each_column_of_the_key()
    {
        Assert.Throws<ArgumentException>(() => KeyEncoding.Of(Table("int4")).Encode(["1", "2"]));
        Assert.Throws<ArgumentException>(() => KeyEncoding.Of(Table("int4", "int4")).Encode(["1"]));
        Assert.Throws<ArgumentException>(() => KeyEncoding.Of(Table((string[])[])));
    }

    [Theory]
    // Two values of different types in a row: what ends the first must not meet what begins the second.
    [InlineData("text", "a", "a\u0001")]
    [InlineData("text", "", "\u0001")]
    [InlineData("bytea", "\\x", "\\x00")]
    [InlineData("bytea", "\\x00", "\\x0000")]
    [InlineData("bytea", "\\x00", "\\x0001")]
    [InlineData("bytea", "\\x00ff", "\\x01")]
    [InlineData("numeric", "1", "1.0000000000000001")]
    [InlineData("numeric", "-1.0000000000000001", "-1")]
    [InlineData("numeric", "10000", "10000.0001")]
    [InlineData("numeric", "-10000.0001", "-10000")]
    public void A_beginning_comes_before_what_it_begins_whatever_follows(string type, string lower, string higher)
    {
        KeyEncoding encoding = KeyEncoding.Of(Table(type, "int8"));
        byte[] below = encoding.Encode([lower, long.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        byte[] above = encoding.Encode([higher, long.MinValue.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        Assert.True(below.AsSpan().SequenceCompareTo(above) < 0, $"{Convert.ToHexString(below)}, {Convert.ToHexString(above)}");
    }

    [Fact]
    public void A_users_type_that_is_named_as_a_built_in_one_is_ordered_by_its_text()
    {
        KeyEncoding own = KeyEncoding.Of(Table(Column("public.int4", "int4")));
        Assert.Equal("10\0"u8.ToArray(), own.Encode(["10"]));
        KeyEncoding domain = KeyEncoding.Of(Table(Column("public.number", "int4")));
        Assert.Equal([0x80, 0, 0, 10], domain.Encode(["10"]));
        KeyEncoding array = KeyEncoding.Of(Table(Column("int4[]", "")));
        Assert.Equal("{10}\0"u8.ToArray(), array.Encode(["{10}"]));
    }

    [Fact]
    public void A_value_without_a_printer_is_taken_as_text_alone()
    {
        KeyEncoding encoding = KeyEncoding.Of(Table(Column("public.mood", "mood")));
        Assert.Equal("ok\0"u8.ToArray(), Append(encoding, ColumnFormat.Text, "ok"u8.ToArray()));
        Assert.Throws<ColumnValueException>(() => Append(encoding, ColumnFormat.Binary, "ok"u8.ToArray()));
    }

    [Fact]
    public void Encoding_a_row_allocates_nothing()
    {
        string[] types = ["int8", "text", "bytea", "numeric", "timestamptz", "uuid", "interval", "inet"];
        string[] texts = ["-5", "a text", "\\x00ff00", "-12345.678900", "2020-01-01 00:00:00+00", "00000000-0000-0000-0000-000000000001", "P1D", "10.0.0.1"];
        KeyEncoding encoding = KeyEncoding.Of(Table([.. types]));
        byte[] message = Encoding.UTF8.GetBytes(string.Concat(texts));
        var slots = new ColumnSlot[texts.Length];
        int at = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = new ColumnSlot { Offset = at, Length = texts[i].Length, Format = ColumnFormat.Text };
            at += texts[i].Length;
        }

        var into = new ArrayBufferWriter<byte>(1024);
        for (int i = 0; i < 100; i++)
        {
            into.ResetWrittenCount();
            encoding.Append(new TupleReader(message, slots), into);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            into.ResetWrittenCount();
            encoding.Append(new TupleReader(message, slots), into);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(encoding.Encode(texts), into.WrittenSpan.ToArray());
    }

    private static byte[] Append(KeyEncoding encoding, ColumnFormat format, byte[] value)
    {
        var into = new ArrayBufferWriter<byte>();
        ColumnSlot[] slots = [new ColumnSlot { Length = value.Length, Format = format }];
        encoding.Append(new TupleReader(value, slots), into);
        return into.WrittenSpan.ToArray();
    }

    private static TableLayout Table(params string[] types) => Table([.. types.Select(static t => Column(t, t))]);

    private static TableLayout Table(params ColumnInfo[] columns) => new()
    {
        Schema = "public", Name = "t", TargetTable = "t", CreateTable = "", Columns = columns, Key = [.. Enumerable.Range(0, columns.Length)],
    };

    private static ColumnInfo Column(string type, string baseType) => new()
    {
        Table = "public.t", Name = "c", TargetName = "c", LoadName = "c", PostgresType = type, BaseType = baseType, StarRocksType = "ANY",
    };
}

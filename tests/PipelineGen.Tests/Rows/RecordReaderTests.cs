using System.Text;
using PipelineGen.Rows;
using static PipelineGen.Tests.Rows.PgBinary;

namespace PipelineGen.Tests.Rows;

/// <summary>Composite types by codecs of the shape that the generator emits.</summary>
public class RecordReaderTests
{
    private static readonly ColumnInfo Address = Composite("sample", "public.address", Field("street", "text", 25), Field("zip", "int4", 23));
    private static readonly ColumnInfo Person = Composite(
        "sample", "public.person", Field("name", "text"), Composite("sample.home", "public.address", Field("street", "text"), Field("zip", "int4")),
        NestedColumns.ArrayOf("text"));

    private static readonly byte[] Baker = Record((25, "Baker, \"St\""u8.ToArray()), (23, Int32(221)));

    [Fact]
    public void A_composite_is_a_STRUCT()
    {
        const string Text = "(\"Baker, \"\"St\"\"\",221)";
        Carried.Both<AddressCodec, AddressValue>(Address, Baker, Text, "{\"street\":\"Baker, \\\"St\\\"\",\"zip\":221}", new AddressValue("Baker, \"St\"", 221));
        Printed.Both<AddressCodec>(Address, Baker, Text);
        Carried.Both<AddressCodec, AddressValue>(Address, Record((25, null), (23, null)), "(,)", "{\"street\":null,\"zip\":null}", default);
        Carried.Both<AddressCodec, AddressValue>(Address, Record((25, []), (23, null)), "(\"\",)", "{\"street\":\"\",\"zip\":null}", new AddressValue("", null));
        Printed.TornIsRefused<AddressCodec, AddressValue>(Address, Baker);
    }

    [Theory]
    [InlineData("", "(\"\",1)")]
    [InlineData("a", "(a,1)")]
    [InlineData("NULL", "(NULL,1)")]
    [InlineData("a b", "(\"a b\",1)")]
    [InlineData("a,b", "(\"a,b\",1)")]
    [InlineData("(a)", "(\"(a)\",1)")]
    [InlineData("{a}", "({a},1)")]
    [InlineData("[a]", "([a],1)")]
    [InlineData("\"", "(\"\"\"\",1)")]
    [InlineData("\\", "(\"\\\\\",1)")]
    [InlineData("x\n", "(\"x\n\",1)")]
    public void Attributes_are_quoted_where_Postgres_quotes(string street, string text)
    {
        Printed.Both<AddressCodec>(Address, Record((25, Encoding.UTF8.GetBytes(street)), (23, Int32(1))), text);
        Assert.Equal(new AddressValue(street, 1), AddressCodec.Decode(Address, new ColumnValue(ColumnFormat.Text, Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Composites_nest_and_hold_arrays()
    {
        byte[] binary = Record((25, "Bo"u8.ToArray()), (0, Baker), (1009, PgBinary.Array("x"u8.ToArray(), "a \"b\""u8.ToArray(), null)));
        const string Text = "(Bo,\"(\"\"Baker, \"\"\"\"St\"\"\"\"\"\",221)\",\"{x,\"\"a \\\\\"\"b\\\\\"\"\"\",NULL}\")";
        const string Json = "{\"name\":\"Bo\",\"home\":{\"street\":\"Baker, \\\"St\\\"\",\"zip\":221},\"tags\":[\"x\",\"a \\\"b\\\"\",null]}";
        Printed.Both<PersonCodec>(Person, binary, Text);
        Assert.Equal(Json, Carried.Json<PersonCodec>(Person, ColumnFormat.Binary, binary));
        Assert.Equal(Json, Carried.Json<PersonCodec>(Person, ColumnFormat.Text, Encoding.UTF8.GetBytes(Text)));
        foreach (PersonValue person in new[] { PersonCodec.Decode(Person, new ColumnValue(ColumnFormat.Binary, binary)), PersonCodec.Decode(Person, new ColumnValue(ColumnFormat.Text, Encoding.UTF8.GetBytes(Text))) })
        {
            Assert.Equal(("Bo", new AddressValue("Baker, \"St\"", 221)), (person.Name, person.Home));
            Assert.Equal(new string?[] { "x", "a \"b\"", null }, person.Tags);
        }
    }

    [Fact]
    public void Arrays_hold_composites()
    {
        ColumnInfo column = NestedColumns.Of("public.address[]", Address);
        byte[] binary = PgBinary.Array(Baker, null);
        const string Text = "{\"(\\\"Baker, \\\"\\\"St\\\"\\\"\\\",221)\",NULL}";
        Printed.Both<ValueArrayCodec<AddressCodec, AddressValue>>(column, binary, Text);
        AddressValue?[] addresses = [new AddressValue("Baker, \"St\"", 221), null];
        Carried.Both<ValueArrayCodec<AddressCodec, AddressValue>, AddressValue?[]>(column, binary, Text, "[{\"street\":\"Baker, \\\"St\\\"\",\"zip\":221},null]", addresses);
    }

    [Fact]
    public void A_composite_without_attributes_is_a_value()
    {
        ColumnInfo column = Composite("sample", "public.nothing");
        Printed.Both<NothingCodec>(column, Int32(0), "()");
        Carried.Both<NothingCodec, NothingValue>(column, Int32(0), "()", "{}", default);
        Carried.NeitherEncodes<NothingCodec>(column, Record((25, null)), "(,)", "attributes");
        Assert.Throws<ColumnValueException>(() => Carried.Json<NothingCodec>(column, ColumnFormat.Text, "(a)"u8));
    }

    [Fact]
    public void An_altered_type_is_named_with_both_counts()
    {
        Carried.NeitherEncodes<AddressCodec>(Address, Record((25, "a"u8.ToArray())), "(a)", "of 1 attributes", "catalog has 2");
        Carried.NeitherDecodes<AddressCodec, AddressValue>(Address, Record((25, "a"u8.ToArray()), (23, Int32(1)), (23, null)), "(\"a,\"\"b\",1,)", "of 3 attributes", "catalog has 2");
        var error = Assert.Throws<ColumnValueException>(() => Carried.Json<AddressCodec>(Address, ColumnFormat.Binary, Record((25, "a"u8.ToArray()), (20, Int64(1)))));
        Assert.Contains("zip has the type OID 20, not 23", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("(")]
    [InlineData("a,1")]
    [InlineData("(a,1")]
    [InlineData("(\"a,1)")]
    [InlineData("(\"a\"b,1)")]
    [InlineData("(a\"b\",1)")]
    [InlineData("(a\\,1)")]
    [InlineData("(a(,1)")]
    public void Torn_text_is_refused(string text) => Printed.TextIsRefused<AddressCodec, AddressValue>(Address, text);

    private static ColumnInfo Field(string name, string type, uint oid = 0) => NestedColumns.Of(type, name: "sample." + name, oid: oid);

    private static ColumnInfo Composite(string name, string type, params ColumnInfo[] fields) => NestedColumns.Of(type, name: name, fields: fields);

    /// <summary>record_send.</summary>
    private static byte[] Record(params (uint Type, byte[]? Value)[] attributes) =>
        [.. Int32(attributes.Length), .. attributes.SelectMany(static a => (byte[])[.. Int32(a.Type), .. Int32(a.Value?.Length ?? -1), .. a.Value ?? []])];

    internal readonly record struct AddressValue(string? Street, int? Zip);

    internal readonly record struct PersonValue(string? Name, AddressValue? Home, string?[]? Tags);

    internal readonly record struct NothingValue;

    internal readonly struct AddressCodec : IColumnEncoder, IColumnDecoder<AddressValue>, IPgText
    {
        public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
        {
            using var record = new RecordReader(column, value);
            writer.Field<TextCodec>(column.Fields[0], record.Next(), "{\"street\":"u8);
            writer.Field<Int4Codec>(column.Fields[1], record.Next(), ",\"zip\":"u8);
            record.End();
            writer.Raw((byte)'}');
        }

        public static AddressValue Decode(ColumnInfo column, ColumnValue value)
        {
            using var record = new RecordReader(column, value);
            var decoded = new AddressValue
            {
                Street = NullableColumn.Reference<TextCodec, string>(column.Fields[0], record.Next()),
                Zip = NullableColumn.Value<Int4Codec, int>(column.Fields[1], record.Next()),
            };
            record.End();
            return decoded;
        }

        public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
        {
            if (!value.IsBinary)
            {
                text.Raw(value.Bytes);
                return;
            }

            using var record = new RecordReader(column, value);
            text.Raw((byte)'(');
            RecordText.Field<TextCodec>(column.Fields[0], record.Next(), ref text);
            text.Raw((byte)',');
            RecordText.Field<Int4Codec>(column.Fields[1], record.Next(), ref text);
            record.End();
            text.Raw((byte)')');
        }
    }

    internal readonly struct PersonCodec : IColumnEncoder, IColumnDecoder<PersonValue>, IPgText
    {
        public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
        {
            using var record = new RecordReader(column, value);
            writer.Field<TextCodec>(column.Fields[0], record.Next(), "{\"name\":"u8);
            writer.Field<AddressCodec>(column.Fields[1], record.Next(), ",\"home\":"u8);
            writer.Field<ReferenceArrayCodec<TextCodec, string>>(column.Fields[2], record.Next(), ",\"tags\":"u8);
            record.End();
            writer.Raw((byte)'}');
        }

        public static PersonValue Decode(ColumnInfo column, ColumnValue value)
        {
            using var record = new RecordReader(column, value);
            var decoded = new PersonValue
            {
                Name = NullableColumn.Reference<TextCodec, string>(column.Fields[0], record.Next()),
                Home = NullableColumn.Value<AddressCodec, AddressValue>(column.Fields[1], record.Next()),
                Tags = NullableColumn.Reference<ReferenceArrayCodec<TextCodec, string>, string?[]>(column.Fields[2], record.Next()),
            };
            record.End();
            return decoded;
        }

        public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
        {
            if (!value.IsBinary)
            {
                text.Raw(value.Bytes);
                return;
            }

            using var record = new RecordReader(column, value);
            text.Raw((byte)'(');
            RecordText.Field<TextCodec>(column.Fields[0], record.Next(), ref text);
            text.Raw((byte)',');
            RecordText.Field<AddressCodec>(column.Fields[1], record.Next(), ref text);
            text.Raw((byte)',');
            RecordText.Field<ReferenceArrayCodec<TextCodec, string>>(column.Fields[2], record.Next(), ref text);
            record.End();
            text.Raw((byte)')');
        }
    }

    internal readonly struct NothingCodec : IColumnEncoder, IColumnDecoder<NothingValue>, IPgText
    {
        public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer)
        {
            using var record = new RecordReader(column, value);
            writer.Raw((byte)'{');
            record.End();
            writer.Raw((byte)'}');
        }

        public static NothingValue Decode(ColumnInfo column, ColumnValue value)
        {
            using var record = new RecordReader(column, value);
            var decoded = default(NothingValue);
            record.End();
            return decoded;
        }

        public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
        {
            if (!value.IsBinary)
            {
                text.Raw(value.Bytes);
                return;
            }

            using var record = new RecordReader(column, value);
            text.Raw((byte)'(');
            record.End();
            text.Raw((byte)')');
        }
    }
}

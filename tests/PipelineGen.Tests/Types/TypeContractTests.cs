using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Types;

namespace PipelineGen.Tests.Types;

/// <summary>The type contract, row by row of TYPES.md.</summary>
public sealed class TypeContractTests
{
    private static readonly CatalogFile File = CatalogFormat.Read(
        """
        pipelinegen-catalog 1
        server 15 encoding=UTF8 money_fraction_digits=2
        table public.t kind=table replica_identity=default
        column id int4 not_null
        enum public.mood "ok" "bad"
        domain public.email text
        domain public.price numeric(10,2)
        domain public.list_price public.price
        domain public.moods public.mood[]
        composite public.address street text
        end

        """).File!;

    // Type, OID, codec, C# type, StarRocks type, whether the codec reads binary, filler.
    [Theory]
    [InlineData("bool", 16, WireCodec.Bool, "bool", "BOOLEAN", true, "false")]
    [InlineData("int2", 21, WireCodec.Int2, "short", "SMALLINT", true, "0")]
    [InlineData("int4", 23, WireCodec.Int4, "int", "INT", true, "0")]
    [InlineData("int8", 20, WireCodec.Int8, "long", "BIGINT", true, "0")]
    [InlineData("oid", 26, WireCodec.Oid, "uint", "BIGINT", true, "0")]
    [InlineData("xid", 28, WireCodec.Oid, "uint", "BIGINT", true, "0")]
    [InlineData("cid", 29, WireCodec.Oid, "uint", "BIGINT", true, "0")]
    [InlineData("xid8", 5069, WireCodec.Numeric, "decimal", "LARGEINT", false, "0")]
    [InlineData("float4", 700, WireCodec.Float4, "float", "FLOAT", true, "0")]
    [InlineData("float8", 701, WireCodec.Float8, "double", "DOUBLE", true, "0")]
    [InlineData("numeric(12,2)", 1700, WireCodec.Numeric, "decimal", "DECIMAL(12,2)", true, "0")]
    [InlineData("numeric(28,28)", 1700, WireCodec.Numeric, "decimal", "DECIMAL(28,28)", true, "0")]
    [InlineData("numeric(29,2)", 1700, WireCodec.WideNumeric, "global::PipelineGen.Rows.PgNumeric", "DECIMAL(29,2)", true, "0")]
    [InlineData("numeric(38,0)", 1700, WireCodec.WideNumeric, "global::PipelineGen.Rows.PgNumeric", "DECIMAL(38,0)", true, "0")]
    [InlineData("numeric(39,5)", 1700, WireCodec.NumericText, "global::PipelineGen.Rows.PgNumeric", "VARCHAR(42)", true, "\"\"")]
    [InlineData("bpchar(10)", 1042, WireCodec.Text, "string", "VARCHAR(40)", true, "\"\"")]
    [InlineData("varchar(300000)", 1043, WireCodec.Text, "string", "VARCHAR(1048576)", true, "\"\"")]
    [InlineData("varchar", 1043, WireCodec.Text, "string", "VARCHAR(1048576)", true, "\"\"")]
    [InlineData("text", 25, WireCodec.Text, "string", "VARCHAR(1048576)", true, "\"\"")]
    [InlineData("name", 19, WireCodec.Text, "string", "VARCHAR(256)", true, "\"\"")]
    [InlineData("xml", 142, WireCodec.Text, "string", "VARCHAR(1048576)", false, "\"\"")]
    [InlineData("bytea", 17, WireCodec.Bytea, "global::System.ReadOnlyMemory<byte>", "VARBINARY", true, "\"\"")]
    [InlineData("date", 1082, WireCodec.Date, "global::System.DateOnly", "DATE", true, "\"1970-01-01\"")]
    [InlineData("time", 1083, WireCodec.Time, "global::System.TimeOnly", "VARCHAR(15)", true, "\"\"")]
    [InlineData("timetz", 1266, WireCodec.Text, "string", "VARCHAR(24)", false, "\"\"")]
    [InlineData("timestamp", 1114, WireCodec.Timestamp, "global::System.DateTime", "DATETIME", true, "\"1970-01-01 00:00:00\"")]
    [InlineData("timestamptz", 1184, WireCodec.TimestampTz, "global::System.DateTime", "DATETIME", true, "\"1970-01-01 00:00:00\"")]
    [InlineData("interval", 1186, WireCodec.Text, "string", "VARCHAR(64)", false, "\"\"")]
    [InlineData("uuid", 2950, WireCodec.Uuid, "global::System.Guid", "VARCHAR(36)", true, "\"\"")]
    [InlineData("json", 114, WireCodec.Json, "global::PipelineGen.Rows.PgJson", "JSON", true, "{}")]
    [InlineData("jsonb", 3802, WireCodec.Jsonb, "global::PipelineGen.Rows.PgJson", "JSON", true, "{}")]
    [InlineData("inet", 869, WireCodec.Text, "string", "VARCHAR(49)", false, "\"\"")]
    [InlineData("macaddr8", 774, WireCodec.Text, "string", "VARCHAR(23)", false, "\"\"")]
    [InlineData("bit(8)", 1560, WireCodec.Text, "string", "VARCHAR(8)", false, "\"\"")]
    [InlineData("varbit", 1562, WireCodec.Text, "string", "VARCHAR(1048576)", false, "\"\"")]
    [InlineData("pg_lsn", 3220, WireCodec.Text, "string", "VARCHAR(17)", false, "\"\"")]
    [InlineData("int4range", 3904, WireCodec.Text, "string", "VARCHAR(32)", false, "\"\"")]
    [InlineData("point", 600, WireCodec.Text, "string", "VARCHAR(64)", false, "\"\"")]
    [InlineData("tsvector", 3614, WireCodec.Text, "string", "VARCHAR(1048576)", false, "\"\"")]
    [InlineData("public.email", 0, WireCodec.Text, "string", "VARCHAR(1048576)", true, "\"\"")]
    [InlineData("public.list_price", 0, WireCodec.Numeric, "decimal", "DECIMAL(10,2)", true, "0")]
    [InlineData("ext.citext", 0, WireCodec.Text, "string", "VARCHAR(1048576)", false, "\"\"")]
    public void Defaults(string type, uint oid, WireCodec codec, string csharp, string starRocks, bool readsBinary, string filler)
    {
        TypeResolution resolution = Resolve(type);

        TypeMapping mapping = Mapping(resolution);
        Assert.Null(resolution.Warning);
        Assert.Equal((oid, codec, csharp, starRocks, readsBinary, filler), (mapping.TypeOid, mapping.Codec, mapping.CSharpType, mapping.StarRocksType, mapping.ReadsBinary, mapping.Filler));
        Assert.Equal(csharp is not "string", mapping.IsCSharpValueType);
        Assert.False(mapping.IsArray);
    }

    [Theory]
    [InlineData("int4[]", 1007, WireCodec.Int4, "ARRAY<INT>")]
    [InlineData("text[]", 1009, WireCodec.Text, "ARRAY<VARCHAR(1048576)>")]
    [InlineData("numeric(10,3)[]", 1231, WireCodec.Numeric, "ARRAY<DECIMAL(10,3)>")]
    [InlineData("public.mood[]", 0, WireCodec.Enum, "ARRAY<VARCHAR(63)>")]
    [InlineData("public.price[]", 0, WireCodec.Numeric, "ARRAY<DECIMAL(10,2)>")]
    [InlineData("public.moods", 0, WireCodec.Enum, "ARRAY<VARCHAR(63)>")]
    [InlineData("uuid[]", 2951, WireCodec.Uuid, "ARRAY<VARCHAR(36)>")]
    public void Arrays(string type, uint oid, WireCodec codec, string starRocks)
    {
        TypeMapping mapping = Mapping(Resolve(type));

        Assert.True(mapping.IsArray);
        Assert.Equal((oid, codec, starRocks, "[]"), (mapping.TypeOid, mapping.Codec, mapping.StarRocksType, mapping.Filler));
    }

    [Fact]
    public void Enums_AreTheirLabels()
    {
        TypeMapping mapping = Mapping(Resolve("public.mood"));

        Assert.Equal((WireCodec.Enum, "VARCHAR(63)", true), (mapping.Codec, mapping.StarRocksType, mapping.ReadsBinary));
        Assert.Equal(new QualifiedName("public", "mood"), mapping.Enum);
    }

    [Theory]
    [InlineData("int4", "INT", 4)]
    [InlineData("varchar(20)", "VARCHAR(80)", 82)]
    [InlineData("numeric(18,0)", "BIGINT", 8)]
    [InlineData("numeric(19,0)", "LARGEINT", 16)]
    [InlineData("numeric(30)", "LARGEINT", 16)]
    [InlineData("numeric(10,2)", "VARCHAR(13)", 15)]
    [InlineData("uuid", "VARCHAR(36)", 38)]
    [InlineData("bytea", "VARCHAR(256)", 258)]
    [InlineData("timestamptz", "DATETIME", 8)]
    [InlineData("date", "DATE", 4)]
    [InlineData("bool", "BOOLEAN", 1)]
    [InlineData("public.mood", "VARCHAR(63)", 65)]
    public void Keys(string type, string starRocks, int bytes)
    {
        TypeMapping mapping = Mapping(Resolve(type, isKey: true));

        Assert.Equal((starRocks, bytes), (mapping.StarRocksType, mapping.KeyBytes));
    }

    [Theory]
    [InlineData("float8", null)]
    [InlineData("jsonb", null)]
    [InlineData("int4[]", null)]
    [InlineData("numeric(10,2)", "DECIMAL(10,2)")]
    [InlineData("json", "JSON")]
    public void IllegalKeys(string type, string? chosen) => Assert.NotNull(Resolve(type, chosen, isKey: true).Refusal);

    [Theory]
    [InlineData("numeric", "DECIMAL(30,10)", WireCodec.WideNumeric, "DECIMAL(30,10)")]
    [InlineData("numeric", "decimal(20, 4)", WireCodec.Numeric, "DECIMAL(20,4)")]
    [InlineData("numeric", "VARCHAR(100)", WireCodec.NumericText, "VARCHAR(100)")]
    [InlineData("numeric(80,2)", "STRING", WireCodec.NumericText, "VARCHAR(65533)")]
    [InlineData("text", "VARCHAR(64)", WireCodec.Text, "VARCHAR(64)")]
    [InlineData("uuid", "VARCHAR(40)", WireCodec.Uuid, "VARCHAR(40)")]
    [InlineData("int2", "BIGINT", WireCodec.Int2, "BIGINT")]
    [InlineData("int4", "INTEGER", WireCodec.Int4, "INT")]
    [InlineData("int8", "LARGEINT", WireCodec.Int8, "LARGEINT")]
    [InlineData("float4", "DOUBLE", WireCodec.Float4, "DOUBLE")]
    [InlineData("jsonb", "VARCHAR(1048576)", WireCodec.JsonbText, "VARCHAR(1048576)")]
    [InlineData("json", "VARCHAR(1000)", WireCodec.JsonText, "VARCHAR(1000)")]
    [InlineData("bytea", "VARCHAR(100)", WireCodec.ByteaHex, "VARCHAR(100)")]
    [InlineData("bytea", "VARBINARY(100)", WireCodec.Bytea, "VARBINARY(100)")]
    [InlineData("int4", "VARCHAR(20)", WireCodec.Text, "VARCHAR(20)")]
    [InlineData("int4[]", "VARCHAR(20)", WireCodec.Text, "VARCHAR(20)")]
    [InlineData("public.address", "VARCHAR(1000)", WireCodec.Text, "VARCHAR(1000)")]
    [InlineData("public.mood", "VARCHAR(20)", WireCodec.Enum, "VARCHAR(20)")]
    public void Choices(string type, string chosen, WireCodec codec, string starRocks)
    {
        TypeMapping mapping = Mapping(Resolve(type, chosen));

        Assert.Equal((codec, starRocks), (mapping.Codec, mapping.StarRocksType));
    }

    [Fact]
    public void ChosenText_OfAnyOtherType_IsReadAsText() => Assert.False(Mapping(Resolve("int4", "VARCHAR(20)")).ReadsBinary);

    [Theory]
    [InlineData("numeric", null)]
    [InlineData("numeric(3,-2)", null)]
    [InlineData("numeric(2,5)", null)]
    [InlineData("numeric(77,2)", null)]
    [InlineData("money", null)]
    [InlineData("public.address", null)]
    [InlineData("ext.hstore", null)]
    [InlineData("bytea[]", null)]
    [InlineData("public.moods[]", null)]
    [InlineData("int8", "INT")]
    [InlineData("text", "INT")]
    [InlineData("int4[]", "INT")]
    [InlineData("numeric", "DECIMAL(50,2)")]
    [InlineData("text", "ARRAY<INT>")]
    public void Refusals(string type, string? chosen)
    {
        TypeResolution resolution = Resolve(type, chosen);

        Assert.Null(resolution.Mapping);
        Assert.Contains("Ignore = true", resolution.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownTypes_AreTextWithAWarning()
    {
        TypeResolution resolution = Resolve("ext.thing");

        Assert.Equal("VARCHAR(1048576)", Mapping(resolution).StarRocksType);
        Assert.Contains("ext.thing", resolution.Warning, StringComparison.Ordinal);
        Assert.Null(Resolve("ext.thing", "VARCHAR(100)").Warning);
    }

    [Fact]
    public void DomainsThatLie_EndTheWalk()
    {
        var loop = new CatalogDomain(new("public", "a"), Type("public.a"), NotNull: false, default);

        Assert.NotNull(TypeContract.Resolve(Type("public.a"), File with { Domains = new EquatableArray<CatalogDomain>([loop]) }));
    }

    private static TypeResolution Resolve(string type, string? chosen = null, bool isKey = false) =>
        TypeContract.Resolve(Type(type), File, chosen, isKey);

    private static TypeReference Type(string text)
    {
        // The format has no negative modifiers; pg_attribute has, for numeric(3,-2).
        if (text == "numeric(3,-2)")
            return Type("numeric") with { Modifiers = new EquatableArray<int>([3, -2]) };
        Assert.True(CatalogFormat.TryReadType(text, out TypeReference type), text);
        return type;
    }

    private static TypeMapping Mapping(TypeResolution resolution)
    {
        Assert.Null(resolution.Refusal);
        return resolution.Mapping!;
    }
}

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
        enum public.box "a" "b"
        enum public.mood "ok" "bad"
        domain public.email text
        domain public.price numeric(10,2)
        domain public.list_price public.price
        domain public.moods public.mood[]
        composite public.address street text, "Zip Code" int4
        composite public.house at public.address, moods public.moods
        composite public.nothing
        composite public.twice a int4, "A" int4
        range public.floatrange float8 multirange=public.floatmultirange
        base_type ext.cube extension=cube
        base_type ext.geometry extension=postgis
        base_type mine.vector
        end

        """).File!;

    // Type, OID, codec, C# type, StarRocks type, filler.
    [Theory]
    [InlineData("bool", 16, WireCodec.Bool, "bool", "BOOLEAN", "false")]
    [InlineData("int2", 21, WireCodec.Int2, "short", "SMALLINT", "0")]
    [InlineData("int4", 23, WireCodec.Int4, "int", "INT", "0")]
    [InlineData("int8", 20, WireCodec.Int8, "long", "BIGINT", "0")]
    [InlineData("oid", 26, WireCodec.Oid, "uint", "BIGINT", "0")]
    [InlineData("xid", 28, WireCodec.Oid, "uint", "BIGINT", "0")]
    [InlineData("cid", 29, WireCodec.Oid, "uint", "BIGINT", "0")]
    [InlineData("xid8", 5069, WireCodec.Xid8, "ulong", "LARGEINT", "0")]
    [InlineData("float4", 700, WireCodec.Float4, "float", "FLOAT", "0")]
    [InlineData("float8", 701, WireCodec.Float8, "double", "DOUBLE", "0")]
    [InlineData("numeric(12,2)", 1700, WireCodec.Numeric, "decimal", "DECIMAL(12,2)", "0")]
    [InlineData("numeric(28,28)", 1700, WireCodec.Numeric, "decimal", "DECIMAL(28,28)", "0")]
    [InlineData("numeric(29,2)", 1700, WireCodec.WideNumeric, "PgNumeric", "DECIMAL(29,2)", "0")]
    [InlineData("numeric(38,0)", 1700, WireCodec.WideNumeric, "PgNumeric", "DECIMAL(38,0)", "0")]
    [InlineData("numeric(39,5)", 1700, WireCodec.NumericText, "PgNumeric", "VARCHAR(42)", "\"\"")]
    [InlineData("money", 790, WireCodec.Money, "decimal", "DECIMAL(19,2)", "0")]
    [InlineData("bpchar(10)", 1042, WireCodec.Text, "string", "VARCHAR(40)", "\"\"")]
    [InlineData("varchar(300000)", 1043, WireCodec.Text, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("varchar", 1043, WireCodec.Text, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("text", 25, WireCodec.Text, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("name", 19, WireCodec.Text, "string", "VARCHAR(256)", "\"\"")]
    [InlineData("\"char\"", 18, WireCodec.Char, "string", "VARCHAR(4)", "\"\"")]
    [InlineData("xml", 142, WireCodec.Text, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("bytea", 17, WireCodec.Bytea, "ReadOnlyMemory<byte>", "VARBINARY", "\"\"")]
    [InlineData("date", 1082, WireCodec.Date, "DateOnly", "DATE", "\"1970-01-01\"")]
    [InlineData("time", 1083, WireCodec.Time, "TimeOnly", "VARCHAR(15)", "\"\"")]
    [InlineData("timetz", 1266, WireCodec.TimeTz, "PgTimeTz", "VARCHAR(24)", "\"\"")]
    [InlineData("timestamp", 1114, WireCodec.Timestamp, "DateTime", "DATETIME", "\"1970-01-01 00:00:00\"")]
    [InlineData("timestamptz", 1184, WireCodec.TimestampTz, "DateTime", "DATETIME", "\"1970-01-01 00:00:00\"")]
    [InlineData("interval", 1186, WireCodec.Interval, "PgInterval", "VARCHAR(64)", "\"\"")]
    [InlineData("uuid", 2950, WireCodec.Uuid, "Guid", "VARCHAR(36)", "\"\"")]
    [InlineData("json", 114, WireCodec.Json, "PgJson", "JSON", "{}")]
    [InlineData("jsonb", 3802, WireCodec.Jsonb, "PgJson", "JSON", "{}")]
    [InlineData("inet", 869, WireCodec.Inet, "string", "VARCHAR(49)", "\"\"")]
    [InlineData("cidr", 650, WireCodec.Inet, "string", "VARCHAR(49)", "\"\"")]
    [InlineData("macaddr", 829, WireCodec.MacAddr, "string", "VARCHAR(17)", "\"\"")]
    [InlineData("macaddr8", 774, WireCodec.MacAddr, "string", "VARCHAR(23)", "\"\"")]
    [InlineData("bit(8)", 1560, WireCodec.Bit, "string", "VARCHAR(8)", "\"\"")]
    [InlineData("varbit", 1562, WireCodec.Bit, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("pg_lsn", 3220, WireCodec.PgLsn, "string", "VARCHAR(17)", "\"\"")]
    [InlineData("tid", 27, WireCodec.Tid, "string", "VARCHAR(24)", "\"\"")]
    [InlineData("txid_snapshot", 2970, WireCodec.PgSnapshot, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("pg_snapshot", 5038, WireCodec.PgSnapshot, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("int4range", 3904, WireCodec.Range, "PgRange<int>", "VARCHAR(32)", "\"\"")]
    [InlineData("numrange", 3906, WireCodec.Range, "PgRange<PgNumeric>", "VARCHAR(1048576)", "\"\"")]
    [InlineData("tstzmultirange", 4534, WireCodec.Multirange, "PgRange<DateTime>[]", "VARCHAR(1048576)", "\"\"")]
    [InlineData("public.floatrange", 0, WireCodec.Range, "PgRange<double>", "VARCHAR(1048576)", "\"\"")]
    [InlineData("public.floatmultirange", 0, WireCodec.Multirange, "PgRange<double>[]", "VARCHAR(1048576)", "\"\"")]
    [InlineData("point", 600, WireCodec.Point, "PgPoint", "VARCHAR(64)", "\"\"")]
    [InlineData("box", 603, WireCodec.Box, "PgBox", "VARCHAR(128)", "\"\"")]
    [InlineData("circle", 718, WireCodec.Circle, "PgCircle", "VARCHAR(96)", "\"\"")]
    [InlineData("line", 628, WireCodec.Line, "PgLine", "VARCHAR(96)", "\"\"")]
    [InlineData("lseg", 601, WireCodec.Lseg, "PgLseg", "VARCHAR(128)", "\"\"")]
    [InlineData("path", 602, WireCodec.Path, "PgPath", "VARCHAR(1048576)", "\"\"")]
    [InlineData("polygon", 604, WireCodec.Polygon, "PgPolygon", "VARCHAR(1048576)", "\"\"")]
    [InlineData("tsvector", 3614, WireCodec.TsVector, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("tsquery", 3615, WireCodec.TsQuery, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("jsonpath", 4072, WireCodec.VersionedText, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("public.mood", 0, WireCodec.Enum, "enum mood", "VARCHAR(63)", "\"\"")]
    [InlineData("public.address", 0, WireCodec.Composite, "struct address", "STRUCT<`street` VARCHAR(1048576),`Zip Code` INT>", "{}")]
    [InlineData("public.house", 0, WireCodec.Composite, "struct house", "STRUCT<`at` STRUCT<`street` VARCHAR(1048576),`Zip Code` INT>,`moods` ARRAY<VARCHAR(63)>>", "{}")]
    [InlineData("public.email", 0, WireCodec.Text, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("public.list_price", 0, WireCodec.Numeric, "decimal", "DECIMAL(10,2)", "0")]
    [InlineData("ext.citext", 0, WireCodec.Text, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("ext.ltree", 0, WireCodec.VersionedText, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("ext.hstore", 0, WireCodec.Hstore, "IReadOnlyDictionary<string, string?>", "MAP<VARCHAR(1048576),VARCHAR(1048576)>", "{}")]
    [InlineData("ext.vector(3)", 0, WireCodec.Vector, "float[]", "ARRAY<FLOAT>", "[]")]
    [InlineData("ext.halfvec(3)", 0, WireCodec.Halfvec, "float[]", "ARRAY<FLOAT>", "[]")]
    [InlineData("ext.sparsevec(3)", 0, WireCodec.Sparsevec, "string", "VARCHAR(1048576)", "\"\"")]
    [InlineData("ext.geometry", 0, WireCodec.Ewkb, "ReadOnlyMemory<byte>", "VARCHAR(1048576)", "\"\"")]
    [InlineData("ext.geography", 0, WireCodec.Ewkb, "ReadOnlyMemory<byte>", "VARCHAR(1048576)", "\"\"")]
    [InlineData("int4[]", 1007, WireCodec.Array, "int?[]", "ARRAY<INT>", "[]")]
    [InlineData("text[]", 1009, WireCodec.Array, "string?[]", "ARRAY<VARCHAR(1048576)>", "[]")]
    [InlineData("numeric(10,3)[]", 1231, WireCodec.Array, "decimal?[]", "ARRAY<DECIMAL(10,3)>", "[]")]
    [InlineData("public.mood[]", 0, WireCodec.Array, "enum mood?[]", "ARRAY<VARCHAR(63)>", "[]")]
    [InlineData("public.price[]", 0, WireCodec.Array, "decimal?[]", "ARRAY<DECIMAL(10,2)>", "[]")]
    [InlineData("public.moods", 0, WireCodec.Array, "enum mood?[]", "ARRAY<VARCHAR(63)>", "[]")]
    [InlineData("public.moods[]", 0, WireCodec.Array, "enum mood?[]?[]", "ARRAY<ARRAY<VARCHAR(63)>>", "[]")]
    [InlineData("public.address[]", 0, WireCodec.Array, "struct address?[]", "ARRAY<STRUCT<`street` VARCHAR(1048576),`Zip Code` INT>>", "[]")]
    [InlineData("int4range[]", 3905, WireCodec.Array, "PgRange<int>?[]", "ARRAY<VARCHAR(32)>", "[]")]
    public void Defaults(string type, uint oid, WireCodec codec, string csharp, string starRocks, string filler)
    {
        TypeResolution resolution = Resolve(type);

        TypeMapping mapping = Mapping(resolution);
        Assert.Equal((oid, codec, csharp, starRocks, filler), (mapping.TypeOid, mapping.Codec, mapping.DescribeCSharp(), mapping.StarRocksType, mapping.Filler));
        Assert.All(mapping.Parts(), static part => Assert.True(part.ReadsBinary, part.PostgresType));
        Assert.All(mapping.Parts(), static part => Assert.NotEqual("", part.PostgresType));
        Assert.DoesNotContain(resolution.Findings, static f => f.Severity == TypeFindingSeverity.Decision);
    }

    [Theory]
    [InlineData("int4", "INT", 4)]
    [InlineData("varchar(20)", "VARCHAR(80)", 82)]
    [InlineData("numeric(18,0)", "BIGINT", 8)]
    [InlineData("numeric(19,0)", "LARGEINT", 16)]
    [InlineData("numeric(30)", "LARGEINT", 16)]
    [InlineData("numeric(10,2)", "VARCHAR(13)", 15)]
    [InlineData("numeric(50,2)", "VARCHAR(53)", 55)]
    [InlineData("xid8", "LARGEINT", 16)]
    [InlineData("uuid", "VARCHAR(36)", 38)]
    [InlineData("bytea", "VARCHAR(256)", 258)]
    [InlineData("timestamptz", "DATETIME", 8)]
    [InlineData("date", "DATE", 4)]
    [InlineData("bool", "BOOLEAN", 1)]
    [InlineData("inet", "VARCHAR(49)", 51)]
    [InlineData("int4range", "VARCHAR(32)", 34)]
    [InlineData("public.mood", "VARCHAR(63)", 65)]
    public void Keys(string type, string starRocks, int bytes)
    {
        TypeMapping mapping = Mapping(Resolve(type, new ColumnChoice { IsKey = true }));

        Assert.Equal((starRocks, bytes), (mapping.StarRocksType, mapping.KeyBytes));
    }

    [Theory]
    [InlineData("float8", null)]
    [InlineData("jsonb", null)]
    [InlineData("int4[]", null)]
    [InlineData("money", null)]
    [InlineData("public.address", null)]
    [InlineData("numeric(10,2)", "DECIMAL(10,2)")]
    [InlineData("json", "JSON")]
    public void IllegalKeys(string type, string? chosen) =>
        Assert.Equal(TypeFindingKind.KeyIllegal, Resolve(type, new ColumnChoice { StarRocksType = chosen, IsKey = true }).Decision?.Kind);

    [Theory]
    [InlineData(OutsidePolicy.Null)]
    [InlineData(OutsidePolicy.Clamp)]
    public void Keys_TakeNoPolicyThatMakesOneKeyOfTwo(OutsidePolicy policy)
    {
        Assert.Equal(TypeFindingKind.KeyIllegal, Resolve("date", new ColumnChoice { Policy = policy, IsKey = true }).Decision?.Kind);
        // A policy for everything passes keys over.
        Assert.Equal(OutsidePolicy.Error, Mapping(Resolve("date", new ColumnChoice { IsKey = true, Defaults = All(policy) })).Policy);
        Assert.Equal(OutsidePolicy.Quarantine, Mapping(Resolve("date", new ColumnChoice { IsKey = true, Policy = OutsidePolicy.Quarantine })).Policy);
    }

    [Theory]
    [InlineData("numeric", "DECIMAL(30,10)", WireCodec.WideNumeric, "DECIMAL(30,10)")]
    [InlineData("numeric", "decimal(20, 4)", WireCodec.Numeric, "DECIMAL(20,4)")]
    [InlineData("numeric", "VARCHAR(100)", WireCodec.NumericText, "VARCHAR(100)")]
    [InlineData("numeric(80,2)", "STRING", WireCodec.NumericText, "VARCHAR(65533)")]
    [InlineData("numeric(10,0)", "BIGINT", WireCodec.Numeric, "BIGINT")]
    [InlineData("numeric[]", "ARRAY<DECIMAL(38,9)>", WireCodec.Array, "ARRAY<DECIMAL(38,9)>")]
    [InlineData("numeric[]", "ARRAY<VARCHAR(50)>", WireCodec.Array, "ARRAY<VARCHAR(50)>")]
    [InlineData("numeric[]", "VARCHAR(1000)", WireCodec.AsText, "VARCHAR(1000)")]
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
    [InlineData("bytea[]", null, WireCodec.Array, "ARRAY<VARCHAR(1048576)>")]
    [InlineData("int4", "VARCHAR(20)", WireCodec.AsText, "VARCHAR(20)")]
    [InlineData("int4[]", "VARCHAR(20)", WireCodec.AsText, "VARCHAR(20)")]
    [InlineData("int4[]", "JSON", WireCodec.ArrayJson, "JSON")]
    [InlineData("public.address", "VARCHAR(1000)", WireCodec.AsText, "VARCHAR(1000)")]
    [InlineData("public.address", "JSON", WireCodec.Composite, "JSON")]
    [InlineData("public.mood", "VARCHAR(20)", WireCodec.Enum, "VARCHAR(20)")]
    [InlineData("time", "BIGINT", WireCodec.TimeMicroseconds, "BIGINT")]
    [InlineData("interval", "BIGINT", WireCodec.IntervalMicroseconds, "BIGINT")]
    [InlineData("bit(1)", "BOOLEAN", WireCodec.BitBoolean, "BOOLEAN")]
    [InlineData("point", "STRUCT", WireCodec.PointStruct, "STRUCT<`x` DOUBLE,`y` DOUBLE>")]
    [InlineData("int4range", "STRUCT", WireCodec.RangeStruct, "STRUCT<`lower` INT,`upper` INT,`lower_inc` BOOLEAN,`upper_inc` BOOLEAN,`empty` BOOLEAN>")]
    [InlineData("ext.hstore", "JSON", WireCodec.Hstore, "JSON")]
    [InlineData("ext.geometry", "VARBINARY", WireCodec.EwkbBinary, "VARBINARY")]
    [InlineData("money", "DECIMAL(30,4)", WireCodec.Money, "DECIMAL(30,4)")]
    public void Choices(string type, string? chosen, WireCodec codec, string starRocks)
    {
        TypeMapping mapping = Mapping(Resolve(type, chosen));

        Assert.Equal((codec, starRocks), (mapping.Codec, mapping.StarRocksType));
    }

    [Theory]
    [InlineData("numeric", null, TypeFindingKind.NumericUndecided)]
    [InlineData("numeric(3,-2)", null, TypeFindingKind.NumericUndecided)]
    [InlineData("numeric(2,5)", null, TypeFindingKind.NumericUndecided)]
    [InlineData("numeric(77,2)", null, TypeFindingKind.NumericUndecided)]
    [InlineData("numeric[]", null, TypeFindingKind.NumericUndecided)]
    [InlineData("public.nothing", null, TypeFindingKind.NoFaithfulMapping)]
    [InlineData("public.twice", null, TypeFindingKind.NoFaithfulMapping)]
    [InlineData("numrange", "STRUCT", TypeFindingKind.NumericUndecided)]
    [InlineData("int8", "INT", TypeFindingKind.TargetTooSmall)]
    [InlineData("float8", "FLOAT", TypeFindingKind.TargetTooSmall)]
    [InlineData("numeric(10,2)", "DECIMAL(5,2)", TypeFindingKind.TargetTooSmall)]
    [InlineData("text", "INT", TypeFindingKind.TargetUnsuitable)]
    [InlineData("int4[]", "INT", TypeFindingKind.TargetUnsuitable)]
    [InlineData("numeric", "DECIMAL(50,2)", TypeFindingKind.TargetUnsuitable)]
    [InlineData("text", "ARRAY<INT>", TypeFindingKind.TargetUnsuitable)]
    [InlineData("bit(2)", "BOOLEAN", TypeFindingKind.TargetUnsuitable)]
    public void Decisions(string type, string? chosen, TypeFindingKind kind)
    {
        TypeResolution resolution = Resolve(type, chosen);

        Assert.Null(resolution.Mapping);
        Assert.Equal(kind, resolution.Decision!.Kind);
        Assert.Contains("Ignore = true", resolution.Decision.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", null, TypeFindingKind.LengthLimit, TypeFindingSeverity.Information)]
    [InlineData("bytea", null, TypeFindingKind.LengthLimit, TypeFindingSeverity.Information)]
    [InlineData("jsonb", null, TypeFindingKind.JsonPrecision, TypeFindingSeverity.Warning)]
    [InlineData("bytea[]", null, TypeFindingKind.Surprising, TypeFindingSeverity.Warning)]
    [InlineData("ext.thing", null, TypeFindingKind.TypeUnknown, TypeFindingSeverity.Warning)]
    [InlineData("ext.cube", null, TypeFindingKind.ExtensionTypeUnknown, TypeFindingSeverity.Warning)]
    [InlineData("mine.vector", null, TypeFindingKind.TypeUnknown, TypeFindingSeverity.Warning)]
    [InlineData("varchar(100)", "VARCHAR(100)", TypeFindingKind.TargetTooSmall, TypeFindingSeverity.Warning)]
    public void WorthSaying(string type, string? chosen, TypeFindingKind kind, TypeFindingSeverity severity)
    {
        TypeResolution resolution = Resolve(type, chosen);

        Mapping(resolution);
        TypeFinding finding = Assert.Single(resolution.Findings);
        Assert.Equal((kind, severity), (finding.Kind, finding.Severity));
    }

    [Theory]
    [InlineData("jsonb", "JSON")]
    [InlineData("text", "VARCHAR(1048576)")]
    [InlineData("bytea", "VARBINARY")]
    [InlineData("ext.cube", "VARCHAR(200)")]
    public void AChoiceThatIsSaid_SilencesWhatThereWasToSay(string type, string chosen) => Assert.Empty(Resolve(type, chosen).Findings);

    [Theory]
    [InlineData("int4", OutsidePolicy.Null)]
    [InlineData("uuid", OutsidePolicy.Quarantine)]
    [InlineData("jsonb", OutsidePolicy.Clamp)]
    [InlineData("text", OutsidePolicy.Text)]
    [InlineData("varchar(10)", OutsidePolicy.Clamp)]
    public void APolicyThatNeverApplies_IsSaid(string type, OutsidePolicy policy) =>
        Assert.Contains(Resolve(type, new ColumnChoice { Policy = policy }).Findings, static f => f.Kind == TypeFindingKind.ChoiceUnused);

    [Fact]
    public void Trim_IsForPaddedText()
    {
        Assert.True(Mapping(Resolve("bpchar(5)", new ColumnChoice { Trim = true })).Trim);
        Assert.Contains(Resolve("text", new ColumnChoice { Trim = true }).Findings, static f => f.Kind == TypeFindingKind.ChoiceUnused);
    }

    [Theory]
    [InlineData("date", WireCodec.AsText)]
    [InlineData("numeric", WireCodec.NumericText)]
    [InlineData("float8", WireCodec.AsText)]
    [InlineData("timestamptz[]", WireCodec.AsText)]
    [InlineData("int4", WireCodec.Int4)]
    [InlineData("text", WireCodec.Text)]
    public void PolicyText_MakesTextOfWhatLacksValues(string type, WireCodec codec) =>
        Assert.Equal(codec, Mapping(Resolve(type, new ColumnChoice { Defaults = All(OutsidePolicy.Text) })).Codec);

    [Fact]
    public void TheNearestChoiceWins()
    {
        var defaults = new ContractDefaults(new[]
        {
            new TypeDefault("numeric", "DECIMAL(38,9)", OutsidePolicy.Clamp), new TypeDefault(null, null, OutsidePolicy.Null),
            new TypeDefault("numeric", "VARCHAR(50)", OutsidePolicy.Error),
        }.ToEquatableArray(), ContractDefaults.OldestTarget);

        Assert.Equal(("DECIMAL(38,9)", OutsidePolicy.Clamp), Chosen("numeric", new ColumnChoice { Defaults = defaults }));
        // The elements are numerics, the array's shape is none.
        Assert.Equal(("ARRAY<DECIMAL(38,9)>", OutsidePolicy.Null), Chosen("numeric[]", new ColumnChoice { Defaults = defaults }));
        Assert.Equal(OutsidePolicy.Clamp, Mapping(Resolve("numeric[]", new ColumnChoice { Defaults = defaults })).Element!.Policy);
        Assert.Equal(("DECIMAL(12,2)", OutsidePolicy.Clamp), Chosen("numeric(12,2)", new ColumnChoice { Defaults = defaults }));
        Assert.Equal(("BIGINT", OutsidePolicy.Error), Chosen("numeric(12)", new ColumnChoice { Defaults = defaults, IsKey = true }));
        Assert.Equal(("DATE", OutsidePolicy.Null), Chosen("date", new ColumnChoice { Defaults = defaults }));
        Assert.Equal(("DATE", OutsidePolicy.Quarantine), Chosen("date", new ColumnChoice { Defaults = defaults, Policy = OutsidePolicy.Quarantine }));
        Assert.Equal(("VARCHAR(70)", OutsidePolicy.Clamp), Chosen("numeric", new ColumnChoice { Defaults = defaults, StarRocksType = "VARCHAR(70)" }));

        (string, OutsidePolicy) Chosen(string type, ColumnChoice choice) => Mapping(Resolve(type, choice)) is var m ? (m.StarRocksType, m.Policy) : default;
    }

    [Theory]
    [InlineData("box", ';')]
    [InlineData("ext.geometry", ':')]
    [InlineData("text", ',')]
    [InlineData("public.box", ',')]
    public void ArraysAreSeparatedAsTheirElementsTypeSays(string type, char delimiter) => Assert.Equal(delimiter, Mapping(Resolve(type)).Delimiter);

    [Fact]
    public void MoneyAsText_NeedsTheLocalesDigits()
    {
        CatalogFile yen = File with { Server = File.Server with { MoneyFractionDigits = 0 } };
        TypeResolution Of(string type, string? chosen) => TypeContract.Resolve(Type(type), yen, new ColumnChoice { StarRocksType = chosen });

        Assert.NotNull(Of("money[]", "VARCHAR(100)").Decision);
        Assert.Equal("DECIMAL(19,0)", Of("money", null).Mapping!.StarRocksType);
        Assert.Equal("VARCHAR(40)", Of("money", "VARCHAR(40)").Mapping!.StarRocksType);
    }

    [Fact]
    public void ATargetFrom4_HasWiderDecimals()
    {
        ContractDefaults wide = ContractDefaults.None with { TargetMajorVersion = 4 };

        Assert.Equal("DECIMAL(76,5)", Mapping(Resolve("numeric(76,5)", new ColumnChoice { Defaults = wide })).StarRocksType);
        Assert.Equal("DECIMAL(50,2)", Mapping(Resolve("numeric", new ColumnChoice { Defaults = wide, StarRocksType = "DECIMAL(50,2)" })).StarRocksType);
        Assert.Equal("VARCHAR(79)", Mapping(Resolve("numeric(76,5)")).StarRocksType);
    }

    [Fact]
    public void DomainsThatLie_EndTheWalk()
    {
        var loop = new CatalogDomain(new("public", "a"), Type("public.a"), NotNull: false, default);
        var self = new CatalogComposite(new("public", "b"), new[] { new CompositeAttribute("b", Type("public.b")), new CompositeAttribute("c", Type("public.b[]")) }.ToEquatableArray());

        Assert.NotNull(TypeContract.Resolve(Type("public.a"), File with { Domains = new EquatableArray<CatalogDomain>([loop]) }, ColumnChoice.None).Decision);
        Assert.NotNull(TypeContract.Resolve(Type("public.b"), File with { Composites = new EquatableArray<CatalogComposite>([self]) }, ColumnChoice.None).Decision);
    }

    [Fact]
    public void EveryCodecIsInTheLibrary()
    {
        HashSet<string> structs = [.. typeof(PipelineGen.Rows.TextCodec).Assembly.GetTypes().Where(static t => t.IsValueType && t.Namespace == "PipelineGen.Rows").Select(static t => t.Name.Split('`')[0])];

        foreach (WireCodec codec in Enum.GetValues<WireCodec>().Except([WireCodec.Enum, WireCodec.Composite]))
        {
            string[] names = codec is WireCodec.Array or WireCodec.ArrayJson ? [$"Value{codec}Codec", $"Reference{codec}Codec"] : [$"{codec}Codec"];
            Assert.All(names, name => Assert.Contains(name, structs));
        }
    }

    [Fact]
    public void ThePoliciesOfTheLibraryAreTheContracts() => Assert.Equal(
        Enum.GetValues<ValuePolicy>().Select(static p => ($"{p}", (int)p)), Enum.GetValues<OutsidePolicy>().Select(static p => ($"{p}", (int)p)));

    private static ContractDefaults All(OutsidePolicy policy) =>
        ContractDefaults.None with { Types = new EquatableArray<TypeDefault>([new TypeDefault(null, null, policy)]) };

    private static TypeResolution Resolve(string type, string? chosen = null) => Resolve(type, new ColumnChoice { StarRocksType = chosen });

    private static TypeResolution Resolve(string type, ColumnChoice choice) => TypeContract.Resolve(Type(type), File, choice);

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
        Assert.Null(resolution.Decision);
        return resolution.Mapping!;
    }
}

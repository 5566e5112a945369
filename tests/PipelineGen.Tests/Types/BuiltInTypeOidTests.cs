using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Types;

namespace PipelineGen.Tests.Types;

/// <summary>OIDs of types and of their arrays, as postgres.bki of Postgres 15 has them; they never change.</summary>
public sealed class BuiltInTypeOidTests
{
    private const string PgType =
        """
        bool 16 1000, bytea 17 1001, char 18 1002, name 19 1003, int8 20 1016, int2 21 1005, int4 23 1007, text 25 1009,
        oid 26 1028, tid 27 1010, xid 28 1011, cid 29 1012, json 114 199, xml 142 143, point 600 1017, lseg 601 1018,
        path 602 1019, box 603 1020, polygon 604 1027, line 628 629, circle 718 719, cidr 650 651, inet 869 1041,
        macaddr 829 1040, macaddr8 774 775, float4 700 1021, float8 701 1022, money 790 791, numeric 1700 1231,
        bpchar 1042 1014, varchar 1043 1015, date 1082 1182, time 1083 1183, timetz 1266 1270, timestamp 1114 1115,
        timestamptz 1184 1185, interval 1186 1187, bit 1560 1561, varbit 1562 1563, uuid 2950 2951, txid_snapshot 2970 2949,
        pg_snapshot 5038 5039, pg_lsn 3220 3221, xid8 5069 271, tsvector 3614 3643, tsquery 3615 3645, jsonb 3802 3807,
        jsonpath 4072 4073, int4range 3904 3905, numrange 3906 3907, tsrange 3908 3909, tstzrange 3910 3911,
        daterange 3912 3913, int8range 3926 3927, int4multirange 4451 6150, nummultirange 4532 6151, tsmultirange 4533 6152,
        tstzmultirange 4534 6153, datemultirange 4535 6155, int8multirange 4536 6157
        """;

    public static TheoryData<string> Types => [.. PgType.ReplaceLineEndings(" ").Split(',', StringSplitOptions.TrimEntries)];

    [Theory]
    [MemberData(nameof(Types))]
    public void AreThoseOfPostgres(string line)
    {
        string[] parts = line.Split(' ');
        CatalogFile file = CatalogFormat.Read("pipelinegen-catalog 1\nserver 15 encoding=UTF8 money_fraction_digits=2\ntable public.t kind=table replica_identity=default\nend\n").File!;

        foreach ((string name, string oid) in new[] { (parts[0], parts[1]), (parts[0] + "[]", parts[2]) })
        {
            Assert.True(CatalogFormat.TryReadType(name, out TypeReference type), name);
            // As text every type is carried, so each shows its OID.
            Assert.Equal(uint.Parse(oid), TypeContract.Resolve(type, file, new ColumnChoice { StarRocksType = "VARCHAR(100)" }).Mapping!.TypeOid);
        }
    }
}

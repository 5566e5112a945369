using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

/// <summary>Everything that reads bytes from the wire, each with whole samples in both formats.</summary>
internal static class MutatedReaders
{
    public static IEnumerable<MutatedReader> Codecs()
    {
        ColumnInfo plain = TestColumns.Of("any", "ANY", maxBytes: 40, precision: 38, scale: 10);
        yield return MutatedReader.Of<BoolCodec, bool>(plain, [1], "t");
        yield return MutatedReader.Of<Int2Codec, short>(plain, PgBinary.Int16(-5), "-5");
        yield return MutatedReader.Of<Int4Codec, int>(plain, PgBinary.Int32(77), "77");
        yield return MutatedReader.Of<Int8Codec, long>(plain, PgBinary.Int64(long.MinValue), "-9223372036854775808");
        yield return MutatedReader.Of<OidCodec, uint>(plain, PgBinary.Int32(1), "1");
        yield return MutatedReader.Of<Float4Codec, float>(plain, PgBinary.Float(1.5f), "1.5e+10", "NaN");
        yield return MutatedReader.Of<Float8Codec, double>(plain, PgBinary.Double(1.5), "-1.5e-300", "-Infinity");
        yield return MutatedReader.Of<UuidCodec, Guid>(plain, new byte[16], "01234567-89ab-cdef-fedc-ba9876543210");
        yield return MutatedReader.Of<NumericCodec, decimal>(plain, PgBinary.Numeric("-12345.678"), "-12345.678", "NaN");
        yield return MutatedReader.Of<NumericTextCodec, PgNumeric>(plain, PgBinary.Numeric("1000000000000.00001"), "Infinity");
        yield return MutatedReader.Of<WideNumericCodec, PgNumeric>(plain, PgBinary.Numeric("0.00000000001"), "0.5");
        yield return MutatedReader.Of<DateCodec, DateOnly>(plain, PgBinary.Int32(9000), "2024-08-22", "0044-03-15 BC", "infinity");
        yield return MutatedReader.Of<TimeCodec, TimeOnly>(plain, PgBinary.Int64(1234567), "24:00:00", "12:34:56.789");
        yield return MutatedReader.Of<TimestampCodec, DateTime>(plain, PgBinary.Int64(1_234_567_890_123), "2024-08-22 12:34:56.789", "294276-12-31 23:59:59.999999");
        yield return MutatedReader.Of<TimestampTzCodec, DateTime>(plain, PgBinary.Int64(-1), "1890-01-01 00:00:00-00:00:52", "0044-03-15 12:00:00+01 BC");
        yield return MutatedReader.Of<TextCodec, string>(plain, "some text"u8.ToArray(), "äöü \" \\");
        yield return MutatedReader.Of<ByteaCodec, ReadOnlyMemory<byte>>(plain, [1, 2, 3], "\\x010203ff");
        yield return MutatedReader.Of<ByteaHexCodec, ReadOnlyMemory<byte>>(plain, [1, 2, 3], "\\x010203ff");
        yield return MutatedReader.Of<JsonCodec, PgJson>(plain, "{\"a\":1}"u8.ToArray(), "null");
        yield return MutatedReader.Of<JsonbCodec, PgJson>(plain, [1, .. "[1, 2]"u8], "\"x\"");
        yield return MutatedReader.Of<JsonTextCodec, PgJson>(plain, "{\"a\":1}"u8.ToArray(), "[]");
        yield return MutatedReader.Of<JsonbTextCodec, PgJson>(plain, [1, .. "{}"u8], "{}");
        yield return MutatedReader.Of<Xid8Codec, ulong>(plain, PgBinary.Int64(-1), "18446744073709551615");
        yield return MutatedReader.Of<MoneyCodec, decimal>(plain, PgBinary.Int64(-5), "-$0.05", "$92,233,720,368,547,758.07");
        yield return MutatedReader.Of<CharCodec, string>(plain, [200], "\\310", "a");
        yield return MutatedReader.Of<TimeMicrosecondsCodec, TimeOnly>(plain, PgBinary.Int64(1), "24:00:00");
        yield return MutatedReader.Of<TimeTzCodec, PgTimeTz>(plain, [.. PgBinary.Int64(1), .. PgBinary.Int32(-3600)], "04:05:06.789-08:30:15");
        yield return MutatedReader.Of<IntervalCodec, PgInterval>(plain, [.. PgBinary.Int64(1), .. PgBinary.Int32(2), .. PgBinary.Int32(3)], "P1Y2M3DT4H5M6.789S", "-1 years +2 mons -3 days +04:05:06.789", "infinity");
        yield return MutatedReader.Of<IntervalMicrosecondsCodec, PgInterval>(plain, [.. PgBinary.Int64(1), .. PgBinary.Int32(int.MaxValue), .. PgBinary.Int32(0)], "P3DT4H", "-2562047788:00:54.775808");
        yield return MutatedReader.Of<InetCodec, string>(plain, [3, 64, 0, 16, 0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], "::ffff:1.2.3.4/100");
        yield return MutatedReader.Of<MacAddrCodec, string>(plain, [1, 2, 3, 4, 5, 6], "01:02:03:04:05:06:07:08");
        yield return MutatedReader.Of<BitCodec, string>(plain, [0, 0, 0, 9, 0xFF, 0x80], "101");
        yield return MutatedReader.Of<BitBooleanCodec, bool>(plain, [0, 0, 0, 1, 0x80], "1");
        yield return MutatedReader.Of<PgLsnCodec, string>(plain, PgBinary.Int64(0x16_B374D848), "16/B374D848");
        yield return MutatedReader.Of<TidCodec, string>(plain, [0, 0, 0, 1, 0, 2], "(1,2)");
        yield return MutatedReader.Of<PgSnapshotCodec, string>(plain, [.. PgBinary.Int32(1), .. PgBinary.Int64(10), .. PgBinary.Int64(20), .. PgBinary.Int64(15)], "10:20:15,16");
        yield return MutatedReader.Of<VersionedTextCodec, string>(plain, [1, .. "a.b"u8], "a.b");
        yield return MutatedReader.Of<EwkbCodec, ReadOnlyMemory<byte>>(plain, [1, 1, 0, 0, 0, 9, 9], "0101000000");
        yield return MutatedReader.Of<EwkbBinaryCodec, ReadOnlyMemory<byte>>(plain, [1, 1, 0, 0, 0, 9, 9], "0101000000");
        yield return MutatedReader.Of<AsTextCodec<TimestampTzCodec>, string>(plain, PgBinary.Int64(-63082281600000001), "0044-03-15 12:00:00+00 BC");
        yield return MutatedReader.Of<ValueArrayCodec<Int4Codec, int>, int?[]>(plain, PgBinary.Array(PgBinary.Int32(1), null, PgBinary.Int32(3)), "{1,NULL,3}", "[0:1]={1,2}");
        yield return MutatedReader.Of<ReferenceArrayCodec<TextCodec, string>, string?[]>(plain, PgBinary.Array("a"u8.ToArray(), [], null), "{\"a,\\\"\",NULL,\"\",b}", "{{a},{b}}");
        yield return MutatedReader.Of<ValueArrayCodec<NumericCodec, decimal>, decimal?[]>(plain, PgBinary.Array(PgBinary.Numeric("1.5"), null), "{1.5,NULL,NaN}");
    }

    public static IEnumerable<MutatedReader> Containers()
    {
        ColumnInfo ints = NestedColumns.ArrayOf("int4");
        ColumnInfo range = NestedColumns.Of("numrange", NestedColumns.Of("numeric"));
        ColumnInfo shape = NestedColumns.Of("shape");
        byte[] doubles = [.. PgBinary.Double(1), .. PgBinary.Double(2), .. PgBinary.Double(3), .. PgBinary.Double(4)];
        byte[] oneRange = [2, 0, 0, 0, 10, .. PgBinary.Numeric("1"), 0, 0, 0, 10, .. PgBinary.Numeric("9")];
        yield return MutatedReader.Of<ValueArrayJsonCodec<Int4Codec, int>, int?[]>(ints, PgBinary.Array(1, 1, PgBinary.Int32(1), null), "{{1,NULL},{3,4}}", "[0:1][5:5]={{1},{2}}");
        yield return MutatedReader.Of<ReferenceArrayCodec<ValueArrayCodec<Int4Codec, int>, int?[]>, int?[]?[]>(
            NestedColumns.Of("numbers[]", ints), PgBinary.Array(PgBinary.Array(PgBinary.Int32(1)), null), "{\"{1,2}\",NULL}");
        yield return MutatedReader.Of<RangeCodec<NumericTextCodec, PgNumeric>, PgRange<PgNumeric>>(range, oneRange, "[1.5,\"2\")", "empty", "(,)");
        yield return MutatedReader.Of<RangeStructCodec<NumericTextCodec, PgNumeric>, PgRange<PgNumeric>>(range, oneRange, "(,\"2\"\"\\\\\"]");
        yield return MutatedReader.Of<MultirangeCodec<NumericTextCodec, PgNumeric>, PgRange<PgNumeric>[]>(
            NestedColumns.Of("nummultirange", range), [0, 0, 0, 1, 0, 0, 0, (byte)oneRange.Length, .. oneRange], "{[1,2),[3,4)}");
        yield return MutatedReader.Of<HstoreCodec, IReadOnlyDictionary<string, string?>>(
            shape, [0, 0, 0, 2, 0, 0, 0, 1, 97, 0, 0, 0, 1, 98, 0, 0, 0, 2, 97, 97, 255, 255, 255, 255], "\"a\"=>\"1\", \"bb\"=>NULL", "\"\\\"\"=>\"\"");
        yield return MutatedReader.Of<VectorCodec, float[]>(ints, [0, 2, 0, 0, .. PgBinary.Float(1), .. PgBinary.Float(-2)], "[1,2.5e-07]");
        yield return MutatedReader.Of<HalfvecCodec, float[]>(ints, [0, 2, 0, 0, 60, 0, 188, 0], "[1,2.5]");
        yield return MutatedReader.Of<SparsevecCodec, string>(shape, [.. PgBinary.Int32(5), .. PgBinary.Int32(1), .. PgBinary.Int32(0), .. PgBinary.Int32(3), .. PgBinary.Float(1)], "{1:1}/5");
        yield return MutatedReader.Of<PointCodec, PgPoint>(shape, doubles[..16], "(1,-2.5)");
        yield return MutatedReader.Of<PointStructCodec, PgPoint>(NestedColumns.Of("point", fields: [shape, shape]), doubles[..16], "(1,-2.5)");
        yield return MutatedReader.Of<LineCodec, PgLine>(shape, doubles[..24], "{1,2,3}");
        yield return MutatedReader.Of<LsegCodec, PgLseg>(shape, doubles, "[(1,2),(3,4)]");
        yield return MutatedReader.Of<BoxCodec, PgBox>(shape, doubles, "(1,2),(3,4)");
        yield return MutatedReader.Of<CircleCodec, PgCircle>(shape, doubles[..24], "<(1,2),3>");
        yield return MutatedReader.Of<PathCodec, PgPath>(shape, [0, 0, 0, 0, 2, .. doubles], "[(1,2),(3,4)]", "((1,2),(3,4))");
        yield return MutatedReader.Of<PolygonCodec, PgPolygon>(shape, [0, 0, 0, 2, .. doubles], "((1,2),(3,4))");
        yield return MutatedReader.Of<TsVectorCodec, string>(shape, [0, 0, 0, 1, .. "ab"u8, 0, 0, 2, 192, 1, 0, 2], "'ab':1A,2");
        yield return MutatedReader.Of<TsQueryCodec, string>(shape, [0, 0, 0, 4, 2, 1, 2, 4, 0, 1, 1, 0, 0, .. "ab"u8, 0, 1, 15, 1, .. "cd"u8, 0], "!( 'cd':*ABCD <-> 'ab' )");
        ColumnInfo address = NestedColumns.Of("public.address", name: "sample.home", fields: [NestedColumns.Of("text", name: "sample.home.street", oid: 25), NestedColumns.Of("int4", name: "sample.home.zip", oid: 23)]);
        byte[] addressBytes = [0, 0, 0, 2, 0, 0, 0, 25, 0, 0, 0, 1, 97, 0, 0, 0, 23, 0, 0, 0, 4, 0, 0, 0, 7];
        yield return MutatedReader.Of<RecordReaderTests.AddressCodec, RecordReaderTests.AddressValue>(address, addressBytes, "(\"a \"\"b\"\"\",7)", "(,)");
        yield return MutatedReader.Of<RecordReaderTests.PersonCodec, RecordReaderTests.PersonValue>(
            NestedColumns.Of("public.person", fields: [NestedColumns.Of("text", name: "sample.name"), address, NestedColumns.ArrayOf("text")]),
            [0, 0, 0, 3, 0, 0, 0, 25, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, (byte)addressBytes.Length, .. addressBytes, 0, 0, 0, 0, 255, 255, 255, 255],
            "(x,\"(\"\"a \\\\\"\",7)\",\"{a,NULL}\")");
        yield return MutatedReader.Of<RecordReaderTests.NothingCodec, RecordReaderTests.NothingValue>(NestedColumns.Of("public.nothing"), [0, 0, 0, 0], "()");
    }

    public static IEnumerable<MutatedReader> Messages()
    {
        byte[] relation = Wal.Relation(7, "public", "orders", 'd', ("id", 20, true), ("note", 25, false));
        byte[] insert = Wal.Insert(7, 1L, "text", null, Wal.Unchanged);
        yield return new MutatedReader("begin", [Wal.Begin(100, 5)], static m => BeginMessage.Read(m));
        yield return new MutatedReader("commit", [Wal.Commit(100, 120)], static m => CommitMessage.Read(m));
        yield return new MutatedReader("relation", [relation], static m => RelationMessage.Read(m));
        yield return new MutatedReader("type", [[(byte)'Y', 0, 0, 1, 0, .. "public\0mood\0"u8]], static m => TypeMessage.Read(m));
        yield return new MutatedReader("truncate", [Wal.Truncate(7, 8, 9)], static m => TruncateMessage.Read(m));
        yield return new MutatedReader("tuple", [insert[6..]], static m =>
        {
            var reader = new WireReader(m);
            PgOutputTuple.Read(ref reader, [0, -1, 1, 2], new ColumnSlot[3]);
        });
        yield return new MutatedReader("wire", [[.. "text\0"u8, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 0]], static m =>
        {
            var reader = new WireReader(m);
            reader.String();
            reader.UInt32();
            reader.Int64();
            reader.Skip(reader.Int16());
            reader.Take(reader.Remaining);
        });
    }
}

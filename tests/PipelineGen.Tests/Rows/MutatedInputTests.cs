using System.Text;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Rows;

/// <summary>Torn and mutated bytes end in a value or in the error that says so; nothing else, and they do end.</summary>
public class MutatedInputTests
{
    private const int Seed = 20261122;
    private const int Inputs = 200_000;

    [Fact]
    public void Every_reader_of_foreign_bytes_ends_in_a_value_or_its_own_error()
    {
        var random = new Random(Seed);
        List<Reader> readers = [.. Codecs(), .. Containers(), .. Messages()];
        int values = 0;
        int errors = 0;
        for (int i = 0; i < Inputs; i++)
        {
            Reader reader = readers[random.Next(readers.Count)];
            byte[] input = Mutation.Of(reader.Samples[random.Next(reader.Samples.Length)], random);
            try
            {
                reader.Read(input);
                values++;
            }
            catch (Exception error) when (error is ColumnValueException or PgOutputException)
            {
                errors++;
            }
            catch (Exception error)
            {
                Assert.Fail($"{reader.Name}, seed {Seed}, input {i}, {Convert.ToHexString(input)}: {error}");
            }
        }

        // Mutations that never reached the readers' insides would prove nothing.
        Assert.InRange(values, Inputs / 10, Inputs);
        Assert.InRange(errors, Inputs / 10, Inputs);
    }

    private static IEnumerable<Reader> Codecs()
    {
        ColumnInfo plain = TestColumns.Of("any", "ANY", maxBytes: 40, precision: 38, scale: 10);
        yield return Of<BoolCodec, bool>(plain, [1], "t");
        yield return Of<Int2Codec, short>(plain, PgBinary.Int16(-5), "-5");
        yield return Of<Int4Codec, int>(plain, PgBinary.Int32(77), "77");
        yield return Of<Int8Codec, long>(plain, PgBinary.Int64(long.MinValue), "-9223372036854775808");
        yield return Of<OidCodec, uint>(plain, PgBinary.Int32(1), "1");
        yield return Of<Float4Codec, float>(plain, PgBinary.Float(1.5f), "1.5e+10", "NaN");
        yield return Of<Float8Codec, double>(plain, PgBinary.Double(1.5), "-1.5e-300", "-Infinity");
        yield return Of<UuidCodec, Guid>(plain, new byte[16], "01234567-89ab-cdef-fedc-ba9876543210");
        yield return Of<NumericCodec, decimal>(plain, PgBinary.Numeric("-12345.678"), "-12345.678", "NaN");
        yield return Of<NumericTextCodec, PgNumeric>(plain, PgBinary.Numeric("1000000000000.00001"), "Infinity");
        yield return Of<WideNumericCodec, PgNumeric>(plain, PgBinary.Numeric("0.00000000001"), "0.5");
        yield return Of<DateCodec, DateOnly>(plain, PgBinary.Int32(9000), "2024-08-22", "0044-03-15 BC", "infinity");
        yield return Of<TimeCodec, TimeOnly>(plain, PgBinary.Int64(1234567), "24:00:00", "12:34:56.789");
        yield return Of<TimestampCodec, DateTime>(plain, PgBinary.Int64(1_234_567_890_123), "2024-08-22 12:34:56.789", "294276-12-31 23:59:59.999999");
        yield return Of<TimestampTzCodec, DateTime>(plain, PgBinary.Int64(-1), "1890-01-01 00:00:00-00:00:52", "0044-03-15 12:00:00+01 BC");
        yield return Of<TextCodec, string>(plain, "some text"u8.ToArray(), "äöü \" \\");
        yield return Of<ByteaCodec, ReadOnlyMemory<byte>>(plain, [1, 2, 3], "\\x010203ff");
        yield return Of<ByteaHexCodec, ReadOnlyMemory<byte>>(plain, [1, 2, 3], "\\x010203ff");
        yield return Of<JsonCodec, PgJson>(plain, "{\"a\":1}"u8.ToArray(), "null");
        yield return Of<JsonbCodec, PgJson>(plain, [1, .. "[1, 2]"u8], "\"x\"");
        yield return Of<JsonTextCodec, PgJson>(plain, "{\"a\":1}"u8.ToArray(), "[]");
        yield return Of<JsonbTextCodec, PgJson>(plain, [1, .. "{}"u8], "{}");
        yield return Of<ValueArrayCodec<Int4Codec, int>, int?[]>(plain, PgBinary.Array(PgBinary.Int32(1), null, PgBinary.Int32(3)), "{1,NULL,3}", "[0:1]={1,2}");
        yield return Of<ReferenceArrayCodec<TextCodec, string>, string?[]>(plain, PgBinary.Array("a"u8.ToArray(), [], null), "{\"a,\\\"\",NULL,\"\",b}", "{{a},{b}}");
        yield return Of<ValueArrayCodec<NumericCodec, decimal>, decimal?[]>(plain, PgBinary.Array(PgBinary.Numeric("1.5"), null), "{1.5,NULL,NaN}");
    }

    private static IEnumerable<Reader> Containers()
    {
        ColumnInfo ints = NestedColumns.ArrayOf("int4");
        ColumnInfo range = NestedColumns.Of("numrange", NestedColumns.Of("numeric"));
        ColumnInfo shape = NestedColumns.Of("shape");
        byte[] doubles = [.. PgBinary.Double(1), .. PgBinary.Double(2), .. PgBinary.Double(3), .. PgBinary.Double(4)];
        byte[] oneRange = [2, 0, 0, 0, 10, .. PgBinary.Numeric("1"), 0, 0, 0, 10, .. PgBinary.Numeric("9")];
        yield return Of<ValueArrayJsonCodec<Int4Codec, int>, int?[]>(ints, PgBinary.Array(1, 1, PgBinary.Int32(1), null), "{{1,NULL},{3,4}}", "[0:1][5:5]={{1},{2}}");
        yield return Of<ReferenceArrayCodec<ValueArrayCodec<Int4Codec, int>, int?[]>, int?[]?[]>(
            NestedColumns.Of("numbers[]", ints), PgBinary.Array(PgBinary.Array(PgBinary.Int32(1)), null), "{\"{1,2}\",NULL}");
        yield return Of<RangeCodec<NumericTextCodec, PgNumeric>, PgRange<PgNumeric>>(range, oneRange, "[1.5,\"2\")", "empty", "(,)");
        yield return Of<RangeStructCodec<NumericTextCodec, PgNumeric>, PgRange<PgNumeric>>(range, oneRange, "(,\"2\"\"\\\\\"]");
        yield return Of<MultirangeCodec<NumericTextCodec, PgNumeric>, PgRange<PgNumeric>[]>(
            NestedColumns.Of("nummultirange", range), [0, 0, 0, 1, 0, 0, 0, (byte)oneRange.Length, .. oneRange], "{[1,2),[3,4)}");
        yield return Of<HstoreCodec, IReadOnlyDictionary<string, string?>>(
            shape, [0, 0, 0, 2, 0, 0, 0, 1, 97, 0, 0, 0, 1, 98, 0, 0, 0, 2, 97, 97, 255, 255, 255, 255], "\"a\"=>\"1\", \"bb\"=>NULL", "\"\\\"\"=>\"\"");
        yield return Of<VectorCodec, float[]>(ints, [0, 2, 0, 0, .. PgBinary.Float(1), .. PgBinary.Float(-2)], "[1,2.5e-07]");
        yield return Of<HalfvecCodec, float[]>(ints, [0, 2, 0, 0, 60, 0, 188, 0], "[1,2.5]");
        yield return Of<SparsevecCodec, string>(shape, [.. PgBinary.Int32(5), .. PgBinary.Int32(1), .. PgBinary.Int32(0), .. PgBinary.Int32(3), .. PgBinary.Float(1)], "{1:1}/5");
        yield return Of<PointCodec, PgPoint>(shape, doubles[..16], "(1,-2.5)");
        yield return Of<PointStructCodec, PgPoint>(NestedColumns.Of("point", fields: [shape, shape]), doubles[..16], "(1,-2.5)");
        yield return Of<LineCodec, PgLine>(shape, doubles[..24], "{1,2,3}");
        yield return Of<LsegCodec, PgLseg>(shape, doubles, "[(1,2),(3,4)]");
        yield return Of<BoxCodec, PgBox>(shape, doubles, "(1,2),(3,4)");
        yield return Of<CircleCodec, PgCircle>(shape, doubles[..24], "<(1,2),3>");
        yield return Of<PathCodec, PgPath>(shape, [0, 0, 0, 0, 2, .. doubles], "[(1,2),(3,4)]", "((1,2),(3,4))");
        yield return Of<PolygonCodec, PgPolygon>(shape, [0, 0, 0, 2, .. doubles], "((1,2),(3,4))");
        yield return Of<TsVectorCodec, string>(shape, [0, 0, 0, 1, .. "ab"u8, 0, 0, 2, 192, 1, 0, 2], "'ab':1A,2");
        yield return Of<TsQueryCodec, string>(shape, [0, 0, 0, 4, 2, 1, 2, 4, 0, 1, 1, 0, 0, .. "ab"u8, 0, 1, 15, 1, .. "cd"u8, 0], "!( 'cd':*ABCD <-> 'ab' )");
    }

    private static IEnumerable<Reader> Messages()
    {
        byte[] relation = Wal.Relation(7, "public", "orders", 'd', ("id", 20, true), ("note", 25, false));
        byte[] insert = Wal.Insert(7, 1L, "text", null, Wal.Unchanged);
        yield return new Reader("begin", [Wal.Begin(100, 5)], static m => BeginMessage.Read(m));
        yield return new Reader("commit", [Wal.Commit(100, 120)], static m => CommitMessage.Read(m));
        yield return new Reader("relation", [relation], static m => RelationMessage.Read(m));
        yield return new Reader("type", [[(byte)'Y', 0, 0, 1, 0, .. "public\0mood\0"u8]], static m => TypeMessage.Read(m));
        yield return new Reader("truncate", [Wal.Truncate(7, 8, 9)], static m => TruncateMessage.Read(m));
        yield return new Reader("tuple", [insert[6..]], static m =>
        {
            var reader = new WireReader(m);
            PgOutputTuple.Read(ref reader, [0, -1, 1, 2], new ColumnSlot[3]);
        });
        yield return new Reader("wire", [[.. "text\0"u8, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 0]], static m =>
        {
            var reader = new WireReader(m);
            reader.String();
            reader.UInt32();
            reader.Int64();
            reader.Skip(reader.Int16());
            reader.Take(reader.Remaining);
        });
    }

    private static Reader Of<TCodec, T>(ColumnInfo column, byte[] binary, params string[] texts)
        where TCodec : struct, IColumnEncoder, IColumnDecoder<T>
    {
        // The first byte tells the format, so that it is mutated as well.
        byte[][] samples = [[1, .. binary], .. texts.Select(static t => (byte[])[0, .. Encoding.UTF8.GetBytes(t)])];
        return new Reader(typeof(TCodec).Name, samples, input =>
        {
            ColumnFormat format = input.Length > 0 && (input[0] & 1) == 1 ? ColumnFormat.Binary : ColumnFormat.Text;
            byte[] bytes = input.Length > 0 ? input[1..] : input;
            bool encoded = Try(() =>
            {
                using var buffer = new LoadBuffer();
                var writer = new LoadWriter(buffer);
                TCodec.Encode(column, new ColumnValue(format, bytes), ref writer);
                writer.Commit();
            });
            TCodec.Decode(column, new ColumnValue(format, bytes));
            if (!encoded)
                throw new PgOutputException("not encoded");
        });

        static bool Try(Action encode)
        {
            try
            {
                encode();
                return true;
            }
            catch (ColumnValueException)
            {
                return false;
            }
        }
    }

    private sealed record Reader(string Name, byte[][] Samples, Action<byte[]> Read);
}

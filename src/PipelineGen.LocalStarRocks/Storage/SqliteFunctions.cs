using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using PipelineGen.LocalStarRocks.Values;
using SQLitePCL;

namespace PipelineGen.LocalStarRocks.Storage;

/// <summary>What SQLite lacks: exact decimals and 128-bit integers, base64, md5.</summary>
internal static class SqliteFunctions
{
    private const int Flags = raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC;

    public static void Register(sqlite3 db)
    {
        SqliteConversions.Register(db);
        raw.sqlite3__create_collation_utf8(db, "SRNUM", null, (_, left, right) => ExactNumbers.Compare(left, right));
        Exact(db, "sr_add", (a, b) => a + b, product: false);
        Exact(db, "sr_sub", (a, b) => a - b, product: false);
        Exact(db, "sr_mul", (a, b) => a * b, product: true);
        raw.sqlite3_create_function(db, "sr_sum", 1, Flags, null, SumStep, SumFinal);
        Text(db, "to_base64", bytes => Encoding.ASCII.GetBytes(System.Convert.ToBase64String(bytes)));
        Text(db, "md5", bytes => Encoding.ASCII.GetBytes(System.Convert.ToHexStringLower(MD5.HashData(bytes))));
        Text(db, "sr_json", bytes => JsonText.TryParse(bytes, out string printed) ? Encoding.UTF8.GetBytes(printed) : null);
        raw.sqlite3_create_function(db, "from_base64", 1, Flags, null, static (context, _, args) =>
        {
            byte[]? decoded = Decode(raw.sqlite3_value_blob(args[0]));
            if (decoded is null || raw.sqlite3_value_type(args[0]) == raw.SQLITE_NULL)
            {
                raw.sqlite3_result_null(context);
            }
            else
            {
                raw.sqlite3_result_blob(context, decoded);
            }
        });
    }

    /// <summary>Null when the text is not base64, and when it is empty: the server's from_base64 has it so.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> base64)
    {
        if (base64.IsEmpty)
        {
            return null;
        }

        var output = new byte[base64.Length];
        return System.Buffers.Text.Base64.DecodeFromUtf8(base64, output, out int consumed, out int written) == System.Buffers.OperationStatus.Done && consumed == base64.Length
            ? output[..written]
            : null;
    }

    private static void Text(sqlite3 db, string name, Func<byte[], byte[]?> function) =>
        raw.sqlite3_create_function(db, name, 1, Flags, function, static (context, data, args) =>
        {
            byte[]? result = raw.sqlite3_value_type(args[0]) == raw.SQLITE_NULL
                ? null
                : ((Func<byte[], byte[]?>)data)(raw.sqlite3_value_blob(args[0]).ToArray());
            if (result is null)
            {
                raw.sqlite3_result_null(context);
            }
            else
            {
                raw.sqlite3_result_text(context, Encoding.UTF8.GetString(result));
            }
        });

    private static void Exact(sqlite3 db, string name, Func<BigInteger, BigInteger, BigInteger> operation, bool product) =>
        raw.sqlite3_create_function(db, name, 2, Flags, null, (context, _, args) =>
        {
            if (!Read(args[0], out BigInteger a, out int aScale) || !Read(args[1], out BigInteger b, out int bScale))
            {
                raw.sqlite3_result_null(context);
                return;
            }

            int scale = product ? aScale + bScale : Math.Max(aScale, bScale);
            BigInteger result = product
                ? operation(a, b)
                : operation(ExactNumbers.Rescale(a, aScale, scale), ExactNumbers.Rescale(b, bScale, scale));
            raw.sqlite3_result_text(context, ExactNumbers.Print(result, scale));
        });

    private static bool Read(sqlite3_value value, out BigInteger mantissa, out int scale)
    {
        mantissa = default;
        scale = 0;
        return raw.sqlite3_value_type(value) != raw.SQLITE_NULL &&
            ExactNumbers.TryRead(Encoding.UTF8.GetBytes(raw.sqlite3_value_text(value).utf8_to_string()), out mantissa, out scale);
    }

    private static void SumStep(sqlite3_context context, object data, sqlite3_value[] args)
    {
        if (Read(args[0], out BigInteger mantissa, out int scale))
        {
            var sum = (Sum)(context.state ??= new Sum());
            int common = Math.Max(sum.Scale, scale);
            sum.Total = ExactNumbers.Rescale(sum.Total, sum.Scale, common) + ExactNumbers.Rescale(mantissa, scale, common);
            sum.Scale = common;
        }
    }

    private static void SumFinal(sqlite3_context context, object data)
    {
        if (context.state is Sum sum)
        {
            raw.sqlite3_result_text(context, ExactNumbers.Print(sum.Total, sum.Scale));
        }
        else
        {
            raw.sqlite3_result_null(context);
        }
    }

    private sealed class Sum
    {
        public BigInteger Total;
        public int Scale;
    }
}

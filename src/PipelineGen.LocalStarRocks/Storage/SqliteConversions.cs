using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Sql.Parsing;
using PipelineGen.LocalStarRocks.Values;
using SQLitePCL;

namespace PipelineGen.LocalStarRocks.Storage;

/// <summary>StarRocks' conversions as functions of SQLite, and its integers, whose overflow is NULL (STARROCKS.md, 10.10).</summary>
internal static class SqliteConversions
{
    private const int Flags = raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC;

    private static readonly ConcurrentDictionary<string, ColumnType> Types = new(StringComparer.Ordinal);

    public static void Register(sqlite3 db)
    {
        // sr_cast(value, from, to): NULL where there is no such value. sr_alter: an error there.
        raw.sqlite3_create_function(db, "sr_cast", 3, Flags, null, static (context, _, args) => Convert(context, args, strict: false));
        raw.sqlite3_create_function(db, "sr_alter", 3, Flags, null, static (context, _, args) => Convert(context, args, strict: true));
        raw.sqlite3_create_function(db, "sr_int", 1, Flags, null, static (context, _, args) => Whole(context, args[0]));
        raw.sqlite3_create_function(db, "sr_isum", 1, Flags, null, SumStep, SumFinal);
        raw.sqlite3_create_function(db, "sr_uuid", 0, raw.SQLITE_UTF8, null, static (context, _, _) => raw.sqlite3_result_text(context, Guid.NewGuid().ToString()));
    }

    // SQLite turns an integer that overflows into a floating one.
    private static void Whole(sqlite3_context context, sqlite3_value value)
    {
        if (raw.sqlite3_value_type(value) == raw.SQLITE_INTEGER)
        {
            raw.sqlite3_result_int64(context, raw.sqlite3_value_int64(value));
        }
        else
        {
            raw.sqlite3_result_null(context);
        }
    }

    private static void Convert(sqlite3_context context, sqlite3_value[] args, bool strict)
    {
        if (raw.sqlite3_value_type(args[0]) == raw.SQLITE_NULL)
        {
            raw.sqlite3_result_null(context);
            return;
        }

        ColumnType from = TypeOf(args[1]);
        ColumnType to = TypeOf(args[2]);
        byte[] text = raw.sqlite3_value_type(args[0]) switch
        {
            raw.SQLITE_INTEGER => Encoding.ASCII.GetBytes(raw.sqlite3_value_int64(args[0]).ToString(CultureInfo.InvariantCulture)),
            raw.SQLITE_FLOAT => Encoding.ASCII.GetBytes(NumberText.Print(from, raw.sqlite3_value_double(args[0]))),
            _ => raw.sqlite3_value_blob(args[0]).ToArray(),
        };
        SourceKind source = from.IsNumeric && !to.IsText ? SourceKind.Number : SourceKind.String;
        if (to.Kind == TypeKind.Json)
        {
            source = SourceKind.Nested;
            text = JsonText.TryParse(text, out string printed) ? Encoding.UTF8.GetBytes(printed) : [];
        }

        var cell = new RowCells(1);
        if ((to.Kind == TypeKind.Json && text.Length == 0) || ValueConversion.Convert(to, source, text, cell, 0) != Conversion.Done)
        {
            if (strict)
            {
                raw.sqlite3_result_error(context, $"convert failed: '{Encoding.UTF8.GetString(text)}' is no {to}");
            }
            else
            {
                raw.sqlite3_result_null(context);
            }

            return;
        }

        Result(context, cell);
    }

    private static void Result(sqlite3_context context, RowCells cell)
    {
        switch (cell.Cells[0].Kind)
        {
            case CellKind.Null: raw.sqlite3_result_null(context); break;
            case CellKind.Integer: raw.sqlite3_result_int64(context, cell.Cells[0].Integer); break;
            case CellKind.Real: raw.sqlite3_result_double(context, cell.Cells[0].Real); break;
            case CellKind.Text: raw.sqlite3_result_text(context, Encoding.UTF8.GetString(cell.Bytes(0))); break;
            default: raw.sqlite3_result_blob(context, cell.Bytes(0)); break;
        }
    }

    private static ColumnType TypeOf(sqlite3_value value) =>
        Types.GetOrAdd(raw.sqlite3_value_text(value).utf8_to_string(), static text => SqlParser.ParseType(text));

    private static void SumStep(sqlite3_context context, object data, sqlite3_value[] args)
    {
        if (raw.sqlite3_value_type(args[0]) != raw.SQLITE_NULL)
        {
            ((Sum)(context.state ??= new Sum())).Add(raw.sqlite3_value_int64(args[0]));
        }
    }

    private static void SumFinal(sqlite3_context context, object data)
    {
        if (context.state is Sum { Total: var total } && total >= long.MinValue && total <= long.MaxValue)
        {
            raw.sqlite3_result_int64(context, (long)total);
        }
        else
        {
            raw.sqlite3_result_null(context);
        }
    }

    private sealed class Sum
    {
        public Int128 Total { get; private set; }

        public void Add(long value) => Total += value;
    }
}

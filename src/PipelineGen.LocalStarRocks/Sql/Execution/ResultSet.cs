using System.Globalization;
using System.Text;
using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Sql.Execution;

internal sealed record ResultColumn(string Name, ColumnType Type);

/// <summary>What a statement answers: rows as texts (null is NULL), or just a count.</summary>
internal sealed class ResultSet
{
    public IReadOnlyList<ResultColumn> Columns { get; init; } = [];

    /// <summary>Enumerated once.</summary>
    public IEnumerable<byte[]?[]> Rows { get; init; } = [];
    public long AffectedRows { get; init; }

    /// <summary>What the OK packet says besides the count.</summary>
    public string Info { get; init; } = "";

    public static ResultSet Done(long affected = 0, string info = "") => new() { AffectedRows = affected, Info = info };

    /// <summary>A query over a reader that goes back to the store after the last row.</summary>
    public static ResultSet Stream(SqliteStore store, string sql, IReadOnlyList<ResultColumn> columns)
    {
        // Prepared before the first row is asked for, so that what SQLite refuses is a refusal and not half an answer.
        SqliteHandle reader = store.RentReader();
        try
        {
            return new ResultSet { Columns = columns, Rows = Enumerate(store, reader, reader.Prepare(sql), columns) };
        }
        catch
        {
            store.Return(reader);
            throw;
        }
    }

    private static IEnumerable<byte[]?[]> Enumerate(SqliteStore store, SqliteHandle reader, SqliteStatement statement, IReadOnlyList<ResultColumn> columns)
    {
        try
        {
            while (statement.Step())
            {
                var row = new byte[]?[columns.Count];
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = Print(statement, i, columns[i].Type);
                }

                yield return row;
            }
        }
        finally
        {
            statement.Dispose();
            store.Return(reader);
        }
    }

    private static byte[]? Print(SqliteStatement statement, int i, ColumnType type)
    {
        if (statement.IsNull(i))
        {
            return null;
        }

        if (type.IsFloating && (statement.IsReal(i) || statement.IsInteger(i)))
        {
            return Encoding.ASCII.GetBytes(NumberText.Print(type, statement.Real(i)));
        }

        if (type.IsInteger)
        {
            return Encoding.ASCII.GetBytes(statement.Integer(i).ToString(CultureInfo.InvariantCulture));
        }

        byte[] bytes = statement.Bytes(i).ToArray();
        return type.Kind == TypeKind.Decimal && ExactNumbers.TryRead(bytes, out var mantissa, out int scale) && scale != type.Scale
            ? Encoding.ASCII.GetBytes(ExactNumbers.Print(ExactNumbers.Rescale(mantissa, scale, type.Scale), type.Scale))
            : bytes;
    }
}

/// <summary>Rows that the stand-in makes up itself: information_schema and SHOW. They are queried through SQLite as a VALUES table.</summary>
internal sealed record RowSet(IReadOnlyList<ResultColumn> Columns, IReadOnlyList<object?[]> Rows)
{
    /// <param name="columns">Names, parted by commas; a leading # marks a BIGINT.</param>
    public static RowSet Of(string columns, IEnumerable<object?[]> rows) => new(
        [.. columns.Split(',').Select(c => c.StartsWith('#') ? new ResultColumn(c[1..], ColumnType.BigInt) : new ResultColumn(c, ColumnType.Text))],
        [.. rows]);

    public string ToStorage(string name)
    {
        string columns = string.Join(", ", Columns.Select(c => Identifiers.Storage(c.Name)));
        string rows = Rows.Count == 0
            ? "SELECT " + string.Join(", ", Columns.Select(_ => "NULL")) + " WHERE 0"
            : "VALUES " + string.Join(", ", Rows.Select(r => "(" + string.Join(", ", r.Select(Literal)) + ")"));
        return $"{name} ({columns}) AS ({rows})";
    }

    private static string Literal(object? value) => value switch
    {
        null => "NULL",
        string text => Identifiers.StorageText(text),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"No literal for {value.GetType()}"),
    };
}

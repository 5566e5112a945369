using System.Text;
using System.Text.Json;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>
/// Two partial rows of one key in one: the later one, and from the earlier one the values that the later left out because
/// they did not change. Seldom needed (a large value was changed, and then another column), so it may take its time.
/// </summary>
internal static class PartialRowMerge
{
    /// <summary>How the encoder ends a row that is no delete.</summary>
    private static ReadOnlySpan<byte> End => ",\"__op\":0}\n"u8;

    /// <param name="later">An encoded row, whole.</param>
    /// <param name="earlier">An encoded row of the same key.</param>
    /// <param name="missing">Columns that the earlier row has and the later one has not.</param>
    public static void Append(ReadOnlySpan<byte> later, ReadOnlySpan<byte> earlier, IEnumerable<ColumnInfo> missing, LoadBuffer target)
    {
        if (!later.EndsWith(End))
            throw new InvalidOperationException("a partial row ends otherwise than its encoder ends it");
        var writer = new LoadWriter(target);
        writer.Raw(later[..^End.Length]);
        foreach (ColumnInfo column in missing)
        {
            writer.Raw((byte)',');
            writer.Raw(Member(earlier, column.LoadName));
        }

        writer.Raw(End);
        writer.Commit();
    }

    /// <summary>Name and value of a member as they stand in the row.</summary>
    private static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> row, string name)
    {
        var reader = new Utf8JsonReader(row, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueTextEquals(name);
            int start = (int)reader.TokenStartIndex;
            reader.Read();
            reader.Skip();
            if (found)
                return row[start..(int)reader.BytesConsumed];
        }

        throw new InvalidOperationException($"a partial row lacks {name}: {Encoding.UTF8.GetString(row)}");
    }
}

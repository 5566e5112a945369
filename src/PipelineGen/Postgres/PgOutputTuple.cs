using PipelineGen.Rows;

namespace PipelineGen.Postgres;

/// <summary>Puts the columns of a TupleData or a COPY row into slots, each in its compiled place.</summary>
public static class PgOutputTuple
{
    /// <summary>The target of a column that the compiled layout does not carry.</summary>
    public const short NotCarried = -1;

    /// <summary>
    /// Reads a TupleData: int16 count, then per column a kind byte and, for 't' and 'b', an int32 length and the bytes.
    /// </summary>
    /// <param name="targets">The slot of each wire column, decided once per RELATION message.</param>
    /// <returns>Whether a carried column is unchanged TOAST.</returns>
    /// <exception cref="PgOutputException">Another number of columns, an unknown kind, or a torn message.</exception>
    public static bool Read(ref WireReader reader, ReadOnlySpan<short> targets, Span<ColumnSlot> slots)
    {
        int count = reader.Int16();
        if (count != targets.Length)
            throw new PgOutputException($"a tuple has {count} columns and its relation {targets.Length}");
        bool unchanged = false;
        for (int i = 0; i < targets.Length; i++)
        {
            ColumnFormat format = reader.Byte() switch
            {
                (byte)'b' => ColumnFormat.Binary,
                (byte)'t' => ColumnFormat.Text,
                (byte)'n' => ColumnFormat.Null,
                (byte)'u' => ColumnFormat.UnchangedToast,
                byte kind => throw new PgOutputException($"a tuple has a column of unknown kind {kind}"),
            };
            int length = format >= ColumnFormat.Text ? reader.Int32() : 0;
            int offset = reader.Position;
            reader.Skip(length);
            int target = targets[i];
            if (target < 0)
                continue;
            slots[target] = new ColumnSlot { Offset = offset, Length = length, Format = format };
            unchanged |= format == ColumnFormat.UnchangedToast;
        }

        return unchanged;
    }
}

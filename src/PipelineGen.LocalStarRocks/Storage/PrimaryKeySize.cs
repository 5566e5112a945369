using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Storage;

/// <summary>The limit of an encoded primary key, which only a row's values can break (STARROCKS.md, 4).</summary>
internal sealed class PrimaryKeySize(TableDefinition table)
{
    // BE: primary_key_limit_size
    private const int Limit = 128;

    private readonly bool _canExceed = table.IsPrimaryKey && (table.Columns.Take(table.KeyCount).Any(c => c.Type.IsText) || table.KeyCount > 8);

    /// <exception cref="RowRefusedException">The key is too long: the whole load fails.</exception>
    public void Check(RowCells row)
    {
        if (!_canExceed)
        {
            return;
        }

        // Fixed widths; strings before the last column are escaped and terminated (+2 bytes, +1 per NUL).
        int size = 0;
        for (int i = 0; i < table.KeyCount; i++)
        {
            size += table.Columns[i].Type.Kind switch
            {
                TypeKind.Boolean or TypeKind.TinyInt => 1,
                TypeKind.SmallInt => 2,
                TypeKind.Int or TypeKind.Date => 4,
                TypeKind.BigInt or TypeKind.DateTime => 8,
                TypeKind.LargeInt => 16,
                _ => row.Cells[i].Length + (i + 1 < table.KeyCount ? 2 + row.Bytes(i).Count((byte)0) : 0),
            };
        }

        if (size > Limit)
        {
            throw new RowRefusedException("primary key size exceed the limit.");
        }
    }
}

/// <summary>A row that fails its whole load or statement.</summary>
internal sealed class RowRefusedException(string message) : Exception(message);

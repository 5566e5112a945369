using PipelineGen.LocalStarRocks.Catalog;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Storage;

/// <summary>Counts rows and keeps nothing: the discard mode of benchmarks, and the check of a body that is written later.</summary>
internal sealed class DiscardSink(TableDefinition table) : IRowSink
{
    private readonly PrimaryKeySize _keySize = new(table);

    public long Upserts { get; private set; }
    public long Deletes { get; private set; }

    public void Upsert(RowCells row)
    {
        _keySize.Check(row);
        Upserts++;
    }

    public void Delete(RowCells row)
    {
        _keySize.Check(row);
        Deletes++;
    }
}

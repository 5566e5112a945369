using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>Keeps nothing: a body that is only checked.</summary>
internal sealed class CheckOnlySink : IRowSink
{
    public static readonly CheckOnlySink Instance = new();

    public void Upsert(RowCells row)
    {
    }

    public void Delete(RowCells row)
    {
    }
}

using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>Keeps nothing: a load call's body, whose rows are judged at prepare or commit only.</summary>
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

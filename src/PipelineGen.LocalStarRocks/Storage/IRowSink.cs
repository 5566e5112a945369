using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Storage;

/// <summary>Where converted rows go: into a table, or nowhere (a body that is only checked, the discard mode). Cells are indexed by the table's columns.</summary>
internal interface IRowSink
{
    /// <exception cref="RowRefusedException">The row fails its whole load.</exception>
    void Upsert(RowCells row);

    /// <exception cref="RowRefusedException">The row fails its whole load.</exception>
    void Delete(RowCells row);
}

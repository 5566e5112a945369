using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using PipelineGen.LocalStarRocks.Storage;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// Chunks between the parser and the sink. From the second chunk on the sink has a thread of its own, so that a big load
/// parses and writes at the same time; the sink still sees one caller at a time and the body's order.
/// </summary>
internal sealed class RowPipe(IRowSink sink, int columns, string? noDeletes) : IDisposable
{
    private const int Chunks = 3;

    private readonly BlockingCollection<RowChunk> _filled = new(Chunks);
    private readonly BlockingCollection<RowChunk> _free = new(Chunks);
    private RowChunk _current = new(columns);
    private int _made = 1;
    private Thread? _writer;
    private volatile ExceptionDispatchInfo? _failure;

    /// <summary>The row to fill next.</summary>
    public RowCells Next() => _current.Next();

    public void Keep(sbyte op)
    {
        _current.Keep(op);
        if (!_current.IsFull)
        {
            return;
        }

        if (_writer is null)
        {
            _writer = new Thread(Write) { IsBackground = true, Name = "LocalStarRocks row writer" };
            _writer.Start();
        }

        _filled.Add(_current);
        _current = _made++ < Chunks ? new RowChunk(columns) : _free.Take();
        _failure?.Throw();
    }

    /// <exception cref="RowRefusedException">A row fails the load.</exception>
    public void Finish()
    {
        if (_writer is null)
        {
            _current.WriteTo(sink, noDeletes);
            return;
        }

        _filled.Add(_current);
        Stop();
        _failure?.Throw();
    }

    /// <summary>What the sink was given stays given: the caller rolls back.</summary>
    public void Dispose()
    {
        Stop();
        _filled.Dispose();
        _free.Dispose();
    }

    private void Stop()
    {
        _filled.CompleteAdding();
        _writer?.Join();
    }

    private void Write()
    {
        foreach (RowChunk chunk in _filled.GetConsumingEnumerable())
        {
            try
            {
                if (_failure is null)
                {
                    chunk.WriteTo(sink, noDeletes);
                }
            }
            catch (Exception e)
            {
                // Thrown again where the load runs.
                _failure = ExceptionDispatchInfo.Capture(e);
            }

            chunk.Clear();
            _free.Add(chunk);
        }
    }
}

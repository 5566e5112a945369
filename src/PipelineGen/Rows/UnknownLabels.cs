using System.Text;

namespace PipelineGen.Rows;

/// <summary>
/// Enum labels that arrived and that the build does not know: they pass through as text, and somebody is told of each once
/// (TYPES.md, enum).
/// </summary>
public static class UnknownLabels
{
    /// <summary>Labels of one column that are told apart; more are a column that is no enum any more, and say nothing new.</summary>
    private const int MostPerColumn = 32;

    private static readonly Lock Gate = new();

    /// <summary>Raised once a column and label, on the thread that met it.</summary>
    public static event Action<ColumnInfo, string>? Met;

    /// <summary>Called by generated code for each value whose label the build does not know.</summary>
    public static void Note(ColumnInfo column, scoped ReadOnlySpan<byte> label)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (IsNoted(column.NotedLabels, label))
            return;
        lock (Gate)
        {
            if (IsNoted(column.NotedLabels, label) || column.NotedLabels.Length == MostPerColumn)
                return;
            column.NotedLabels = [.. column.NotedLabels, label.ToArray()];
        }

        Met?.Invoke(column, Encoding.UTF8.GetString(label));
    }

    private static bool IsNoted(byte[][] noted, ReadOnlySpan<byte> label)
    {
        foreach (byte[] known in noted)
        {
            if (label.SequenceEqual(known))
                return true;
        }

        return false;
    }
}

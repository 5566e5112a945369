using System.Globalization;
using PipelineGen.Postgres;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>The live table is no longer what was compiled, and going on would be a guess. A person decides.</summary>
public sealed class SchemaDriftException(string message) : Exception(message);

/// <summary>
/// A RELATION message bound to its compiled table: which wire column goes to which slot. Decided once a message; a tuple
/// only follows it (ARCHITECTURE.md, section 4).
/// </summary>
internal sealed class RelationBinding
{
    private RelationBinding(TableLane lane, short[] targets, string[] notCompiled)
    {
        Lane = lane;
        Targets = targets;
        NotCompiled = notCompiled;
        NewSlots = new ColumnSlot[lane.Layout.Columns.Count];
        OldSlots = new ColumnSlot[lane.Layout.Columns.Count];
    }

    public TableLane Lane { get; }

    /// <summary>For each wire column its slot, or <see cref="PgOutputTuple.NotCarried"/>.</summary>
    public short[] Targets { get; }

    public ColumnSlot[] NewSlots { get; }

    public ColumnSlot[] OldSlots { get; }

    /// <summary>Columns that arrive and that the build knows nothing of.</summary>
    public IReadOnlyList<string> NotCompiled { get; }

    /// <exception cref="SchemaDriftException">A compiled column is gone or has another type.</exception>
    public static RelationBinding Bind(TableLane lane, RelationMessage relation)
    {
        TableLayout layout = lane.Layout;
        short[] targets = new short[relation.Columns.Count];
        bool[] found = new bool[layout.Columns.Count];
        var notCompiled = new List<string>();
        for (int i = 0; i < targets.Length; i++)
        {
            RelationColumn live = relation.Columns[i];
            targets[i] = PgOutputTuple.NotCarried;
            int target = IndexOf(layout, live.Name);
            if (target < 0)
            {
                if (!layout.IgnoredColumns.Contains(live.Name))
                    notCompiled.Add(live.Name);
                continue;
            }

            uint expected = layout.Columns[target].TypeOid != 0 ? layout.Columns[target].TypeOid : lane.SourceTypeOids[target];
            if (live.TypeOid != expected)
            {
                throw new SchemaDriftException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{layout.FullName}: column {live.Name} was compiled as {layout.Columns[target].PostgresType} (type OID {expected}) and arrives with type OID {live.TypeOid}. {Remedy}"));
            }

            if (layout.Key.Contains(target) && !live.IsIdentity)
            {
                throw new SchemaDriftException(
                    $"{layout.FullName}: the key column {live.Name} is not part of the replica identity any more: a change of the key could not be told from an update. " +
                    $"ALTER TABLE {SourceNames.QuoteTable(layout.Schema, layout.Name)} REPLICA IDENTITY DEFAULT, USING INDEX, or FULL");
            }

            targets[i] = (short)target;
            found[target] = true;
        }

        int missing = Array.IndexOf(found, false);
        if (missing >= 0)
            throw new SchemaDriftException($"{layout.FullName}: column {layout.Columns[missing].Name} was compiled and is not in the stream any more (dropped or renamed). {Remedy}");
        return new RelationBinding(lane, targets, [.. notCompiled]);
    }

    private const string Remedy =
        "The table was altered after the build: run 'pipelinegen catalog pull', review the change of the class and the DDL, alter the StarRocks table alike, and start the new build; nothing of the stream is lost until then";

    private static int IndexOf(TableLayout layout, string name)
    {
        for (int i = 0; i < layout.Columns.Count; i++)
        {
            if (layout.Columns[i].Name == name)
                return i;
        }

        return -1;
    }
}

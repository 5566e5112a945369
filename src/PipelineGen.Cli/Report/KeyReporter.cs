using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Keys;
using PipelineGen.Schema.Types;

namespace PipelineGen.Cli.Report;

/// <summary>What a table's key needs: to be there, to be sent with deletes, to fit StarRocks.</summary>
internal static class KeyReporter
{
    public const string AnotherKey = "[StarRocksTable(Key = [...])] over another key";

    public const string Append = "[StarRocksTable(Model = TableModel.Append)] where rows are only ever added";

    /// <param name="key">The key's mappings in key order; fewer than the key has columns where one is not carried.</param>
    public static IEnumerable<ReportFinding> Report(CatalogTable table, IReadOnlyList<TypeMapping> key)
    {
        if (table.PrimaryKey is not { } primary)
        {
            yield return NoPrimaryKey(table);
            yield break;
        }

        foreach (string name in primary.Columns)
        {
            if (!table.Columns.First(c => c.Name == name).NotNull)
            {
                yield return TableFinding.KeyColumnNullable.Decision(
                    $"key column {name} can be NULL, and StarRocks key columns can't", "ALTER TABLE ... ALTER COLUMN ... SET NOT NULL", AnotherKey);
            }
        }

        if (RowIdentity.Columns(table) is { } sent && primary.Columns.Where(c => !sent.Contains(c)).ToArray() is { Length: > 0 } missing)
        {
            yield return TableFinding.KeyNotInReplicaIdentity.Decision(
                $"the replica identity ({RowIdentity.Describe(table.ReplicaIdentity)}) does not cover the primary key: deletes would not carry {string.Join(", ", missing)}",
                $"ALTER TABLE ... REPLICA IDENTITY {RowIdentity.Suggest(table, primary.Columns)}", AnotherKey, Append);
        }

        if (key.Count == primary.Columns.Count && KeySize.Encoded(key) is > KeySize.MaxBytes and var bytes)
        {
            yield return TableFinding.KeyOversized.Warning(
                $"the key ({string.Join(", ", primary.Columns.Zip(key, (name, mapping) => $"{name} {mapping.StarRocksType}"))}) can be {bytes} bytes long, and StarRocks takes {KeySize.MaxBytes}: a longer one stops the pipeline",
                "shorter types", AnotherKey);
        }
    }

    private static ReportFinding NoPrimaryKey(CatalogTable table)
    {
        var choices = new List<string>();
        if (RowIdentity.UniqueKey(table) is { } unique)
        {
            string identity = RowIdentity.Columns(table) is { } sent && unique.Columns.Any(c => !sent.Contains(c))
                ? $", with ALTER TABLE ... REPLICA IDENTITY {RowIdentity.Suggest(table, unique.Columns)}"
                : "";
            choices.Add($"[StarRocksTable(Key = [{string.Join(", ", unique.Columns.Select(c => $"\"{c}\""))}])], the columns of {unique.Name}{identity}");
        }
        else
        {
            choices.Add("[StarRocksTable(Key = [...])] over columns that are unique and not null, with REPLICA IDENTITY FULL");
        }

        choices.Add(Append);
        return TableFinding.NoPrimaryKey.Decision("no primary key: nothing says which StarRocks row a change belongs to", [.. choices]);
    }
}

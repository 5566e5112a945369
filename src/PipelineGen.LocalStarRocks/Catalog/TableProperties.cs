using System.Globalization;
using System.Text.RegularExpressions;
using PipelineGen.LocalStarRocks.Sql.Parsing;

namespace PipelineGen.LocalStarRocks.Catalog;

/// <summary>PROPERTIES of a table: which there are, what they may say, what they say by default (STARROCKS.md, 5.3).</summary>
internal static partial class TableProperties
{
    private static readonly Dictionary<string, string> Defaults = new(StringComparer.Ordinal)
    {
        ["compression"] = "LZ4",
        ["fast_schema_evolution"] = "true",
        ["replicated_storage"] = "true",
        ["replication_num"] = "3",
    };

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "replication_num", "compression", "enable_persistent_index", "persistent_index_type", "replicated_storage", "write_quorum",
        "fast_schema_evolution", "bucket_size", "storage_volume", "datacache.enable", "file_bundling", "storage_medium", "in_memory",
        "storage_format", "bloom_filter_columns", "colocate_with", "light_schema_change", "storage_cooldown_time", "storage_type",
    };

    // What an ALTER ... SET may change afterwards.
    private static readonly HashSet<string> Changeable = new(StringComparer.Ordinal)
    {
        "replication_num", "default.replication_num", "enable_persistent_index", "replicated_storage", "write_quorum", "bucket_size", "storage_medium", "in_memory", "bloom_filter_columns",
        "storage_cooldown_time",
    };

    private static readonly HashSet<string> Booleans = new(StringComparer.Ordinal)
    {
        "enable_persistent_index", "replicated_storage", "fast_schema_evolution", "datacache.enable", "file_bundling", "in_memory", "light_schema_change",
    };

    [GeneratedRegex(@"^(LZ4|LZ4_FRAME|ZSTD|ZLIB|SNAPPY|NO_COMPRESSION|UNCOMPRESSED|ZSTD\((1\d|2[0-2]|[1-9])\))$", RegexOptions.IgnoreCase)]
    private static partial Regex Compression();

    public static SortedDictionary<string, string> Of(CreateTableStatement create, KeysType keys)
    {
        string[] unknown = [.. create.Properties.Keys.Where(k => !Known.Contains(k))];
        if (unknown.Length > 0)
        {
            throw Unknown(create.Properties, unknown);
        }

        var properties = new SortedDictionary<string, string>(Defaults, StringComparer.Ordinal);
        if (keys == KeysType.Primary)
        {
            properties["enable_persistent_index"] = "true";
        }

        foreach ((string key, string value) in create.Properties)
        {
            properties[key] = Checked(key, value);
        }

        CheckReplicas(create.Table.Name, properties["replication_num"]);
        return properties;
    }

    public static SortedDictionary<string, string> Set(TableDefinition table, IReadOnlyDictionary<string, string> set)
    {
        string[] unknown = [.. set.Keys.Where(k => !Changeable.Contains(k) && !Known.Contains(k))];
        if (unknown.Length > 0)
        {
            throw Unknown(set, unknown);
        }

        var properties = new SortedDictionary<string, string>(table.Properties.ToDictionary(), StringComparer.Ordinal);
        foreach ((string key, string value) in set)
        {
            if (!Changeable.Contains(key))
            {
                throw StarRocksError.Refused($"Property {key} can not be changed by ALTER TABLE ... SET");
            }

            string name = key == "default.replication_num" ? "replication_num" : key;
            properties[name] = Checked(name, value);
        }

        CheckReplicas(table.Name, properties["replication_num"]);
        return properties;
    }

    private static StarRocksError Unknown(IReadOnlyDictionary<string, string> all, string[] unknown) =>
        StarRocksError.Refused("Unknown properties: {" + string.Join(", ", unknown.Select(k => $"{k}={all[k]}")) + "}");

    private static string Checked(string key, string value)
    {
        if (key == "compression")
        {
            return Compression().IsMatch(value) ? value.ToUpperInvariant() : throw StarRocksError.Refused("unknown compression type: " + value);
        }

        if (Booleans.Contains(key))
        {
            return bool.TryParse(value, out bool flag) ? (flag ? "true" : "false") : throw StarRocksError.Refused($"Property {key} must be bool type(false/true)");
        }

        if (key == "write_quorum" && value.ToUpperInvariant() is not ("MAJORITY" or "ONE" or "ALL"))
        {
            throw StarRocksError.Refused("Illegal write quorum: " + value);
        }

        return key == "bucket_size" && !long.TryParse(value, CultureInfo.InvariantCulture, out _)
            ? throw StarRocksError.Refused("Bucket size: " + value)
            : value;
    }

    // One BE stands here: what needs more is refused, as a StarRocks of one node refuses it.
    private static void CheckReplicas(string table, string text)
    {
        if (!int.TryParse(text, CultureInfo.InvariantCulture, out int replicas) || replicas < 1)
        {
            throw StarRocksError.Refused("Invalid replication_num: " + text);
        }

        if (replicas > 1)
        {
            throw StarRocksError.Refused($"Table replication num should be less than of equal to the number of available BE nodes. You can change this default by setting the replication_num table properties. Current alive backend is [10001]. , table={table}, replication_num={replicas}");
        }
    }
}

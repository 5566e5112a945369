namespace PipelineGen.Schema.Catalog;

/// <summary>The words that stand for the model's states in a catalog file.</summary>
internal sealed class CatalogFormatWords<T>
    where T : struct, Enum
{
    private readonly (T State, string Word)[] _words;

    public CatalogFormatWords(params (T State, string Word)[] words) => _words = words;

    /// <summary>All words, for a message: <c>always, by_default</c>.</summary>
    public string Choices => string.Join(", ", _words.Select(w => w.Word));

    public string Word(T state)
    {
        foreach ((T known, string word) in _words)
        {
            if (EqualityComparer<T>.Default.Equals(known, state))
                return word;
        }

        throw new ArgumentOutOfRangeException(nameof(state), state, "has no word in the catalog format");
    }

    public bool TryRead(string word, out T state)
    {
        foreach ((T known, string text) in _words)
        {
            if (text == word)
            {
                state = known;
                return true;
            }
        }

        state = default;
        return false;
    }
}

/// <summary>The tables of words; a state that is left out of a file (None, Plain) has no word.</summary>
internal static class CatalogFormatWords
{
    public static readonly CatalogFormatWords<TableKind> Kind = new(
        (TableKind.Table, "table"),
        (TableKind.PartitionedTable, "partitioned_table"),
        (TableKind.Partition, "partition"),
        (TableKind.ForeignTable, "foreign_table"),
        (TableKind.MaterializedView, "materialized_view"));

    public static readonly CatalogFormatWords<ReplicaIdentityKind> ReplicaIdentity = new(
        (ReplicaIdentityKind.Default, "default"),
        (ReplicaIdentityKind.Nothing, "nothing"),
        (ReplicaIdentityKind.Full, "full"),
        (ReplicaIdentityKind.Index, "index"));

    public static readonly CatalogFormatWords<IdentityKind> Identity = new(
        (IdentityKind.Always, "always"),
        (IdentityKind.ByDefault, "by_default"));

    public static readonly CatalogFormatWords<GeneratedKind> Generated = new(
        (GeneratedKind.Stored, "stored"),
        (GeneratedKind.Virtual, "virtual"));

    public static readonly CatalogFormatWords<StorageKind> Storage = new(
        (StorageKind.External, "external"),
        (StorageKind.Main, "main"),
        (StorageKind.Extended, "extended"));
}

using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>Conditions on a table's key in StarRocks' SQL.</summary>
internal static class TargetKeys
{
    /// <summary>Keys of one query. StarRocks takes 10,000 items of a list; OR is a tree of operators, and its depth is limited too.</summary>
    public static int MostInQuery(TableLayout layout) => layout.Key.Count == 1 ? 1000 : 200;

    /// <summary>Whether the key can stand in the target at all.</summary>
    public static bool IsPossible(TableLayout layout, IReadOnlyList<string> texts) => Literals(layout, texts) is not null;

    /// <summary>The rows with keys in (after, through]; empty when both are open.</summary>
    /// <param name="after">Texts in key order; null from the beginning.</param>
    /// <param name="through">Texts in key order; null to the end.</param>
    /// <exception cref="ArgumentException">A bound is no value of the column's type.</exception>
    public static string InRange(TableLayout layout, IReadOnlyList<string>? after, IReadOnlyList<string>? through)
    {
        IEnumerable<string> conditions = [.. after is null ? [] : Bound(layout, after, ">", ">"), .. through is null ? [] : Bound(layout, through, "<", "<=")];
        return string.Join(" AND ", conditions);
    }

    /// <summary>The rows with one of these keys; those that the table's types can't hold are left out, and null says that none is left.</summary>
    public static string? AnyOf(TableLayout layout, IEnumerable<CanonicalKey> keys)
    {
        List<string[]> literals = [.. keys.Select(key => Literals(layout, key.Stored ?? key.Values)).OfType<string[]>()];
        if (literals.Count == 0)
            return null;
        if (layout.Key.Count == 1)
            return $"{Name(layout, 0)} IN ({string.Join(", ", literals.Select(static key => key[0]))})";
        return string.Join(" OR ", literals.Select(key => $"({string.Join(" AND ", key.Select((literal, part) => $"{Name(layout, part)} = {literal}"))})"));
    }

    /// <summary>
    /// <c>k1 &gt; a OR (k1 = a AND k2 &gt; b)</c>, and before it <c>k1 &gt;= a</c>, which says nothing new but is what storage is
    /// pruned by.
    /// </summary>
    private static IEnumerable<string> Bound(TableLayout layout, IReadOnlyList<string> texts, string strict, string last)
    {
        string[] literals = Literals(layout, texts) ?? throw new ArgumentException($"{layout}: ({string.Join(", ", texts)}) is no key of the table", nameof(texts));
        int part = literals.Length - 1;
        string condition = $"{Name(layout, part)} {last} {literals[part]}";
        while (part-- > 0)
            condition = $"({Name(layout, part)} {strict} {literals[part]} OR ({Name(layout, part)} = {literals[part]} AND {condition}))";
        return literals.Length == 1 ? [condition] : [$"{Name(layout, 0)} {strict}= {literals[0]}", condition];
    }

    private static string[]? Literals(TableLayout layout, IReadOnlyList<string> texts)
    {
        var literals = new string[texts.Count];
        for (int i = 0; i < literals.Length; i++)
        {
            if (KeyText.TargetLiteral(layout.Columns[layout.Key[i]], texts[i]) is not { } literal)
                return null;
            literals[i] = literal;
        }

        return literals;
    }

    private static string Name(TableLayout layout, int part) => SqlText.Identifier(layout.Columns[layout.Key[part]].TargetName);
}

using PipelineGen.Rows;

namespace PipelineGen.Postgres;

/// <summary>By which expression the server orders a key column as <see cref="KeyEncoding"/> does.</summary>
internal enum KeyExpression
{
    /// <summary>The column itself: its own operators and collation give the order.</summary>
    Plain,

    /// <summary>Its text in COLLATE "C": the column has another collation, or is no text.</summary>
    CollateC,

    /// <summary>Its text's bytes in UTF-8: those of the database's encoding stand in another order.</summary>
    Utf8Bytes,
}

/// <summary>A key column as the live server has it.</summary>
/// <param name="Number">pg_attribute.attnum.</param>
/// <param name="Collation">pg_attribute.attcollation; 0 of a type without one.</param>
/// <param name="MayBeNull">Whether the server lets it be NULL, which no key is: such a row's value error must come up all the same.</param>
internal sealed record LiveKeyColumn(KeyColumn Key, short Number, KeyExpression Expression, uint Collation, bool MayBeNull)
{
    /// <summary>pg_collation.oid of "C" (pg_collation.dat, C_COLLATION_OID).</summary>
    private const uint CollationC = 950;

    public string Name { get; } = SourceNames.QuoteIdentifier(Key.Info.Name);

    /// <summary>What the server sorts and compares by.</summary>
    public string Order => Expression switch
    {
        KeyExpression.Plain => Name,
        KeyExpression.CollateC => $"{Text} COLLATE \"C\"",
        _ => $"convert_to({Text}, 'UTF8')",
    };

    /// <summary>The collation that an index has to have; null where no index of the column alone has the order.</summary>
    public uint? IndexCollation => Expression switch
    {
        KeyExpression.Plain => Collation,
        // The planner looks through COLLATE for an index of that collation.
        KeyExpression.CollateC when Key.Order == KeyOrder.Text => CollationC,
        _ => null,
    };

    /// <summary>The column's value as a boundary has it, from a column of this name and type.</summary>
    public string Print(string name)
    {
        string text = SourceNames.TextOutput(name);
        // Before 16 the upper half is printed as a raw byte, which is no text; this is what 16 prints.
        return Key.Order == KeyOrder.Char
            ? $"CASE WHEN {SourceNames.QuoteIdentifier(name)}::pg_catalog.int4 < 0 THEN encode(charsend({SourceNames.QuoteIdentifier(name)}), 'escape') ELSE {text} END"
            : text;
    }

    /// <summary>A boundary's value, to compare with <see cref="Order"/>.</summary>
    public string Literal(string value) => (Expression, Key.Order) switch
    {
        (KeyExpression.Utf8Bytes, _) => SqlLiteral.OfUtf8(value),
        (_, KeyOrder.Char) => SqlLiteral.OfChar(Key.Info, value),
        (_, KeyOrder.Printed) => $"{SqlLiteral.OfText(value)}::pg_catalog.text",
        _ => $"{SqlLiteral.OfText(value)}::pg_catalog.{SourceNames.QuoteIdentifier(Key.TypeName)}",
    };

    private string Text => Key.Order == KeyOrder.Printed ? $"({SourceNames.TextOutput(Key.Info.Name)})" : Name;
}

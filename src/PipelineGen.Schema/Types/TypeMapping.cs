using PipelineGen.Schema.Catalog;

namespace PipelineGen.Schema.Types;

/// <summary>How one value is carried, decided by the type contract: a column, or what a column is made of.</summary>
public sealed record TypeMapping
{
    public required WireCodec Codec { get; init; }

    /// <summary>Elements of an array, bounds of a range, ranges of a multirange, what is carried as text; else null.</summary>
    public TypeMapping? Element { get; init; }

    /// <summary>The attributes of a composite, in order.</summary>
    public EquatableArray<FieldMapping> Fields { get; init; }

    /// <summary>
    /// The C# type without '?': <c>long</c>, <c>global::System.DateOnly</c>. Empty for what is made of <see cref="Element"/> or
    /// generated for <see cref="UserType"/>.
    /// </summary>
    public required string CSharpType { get; init; }

    public required bool IsCSharpValueType { get; init; }

    /// <summary>The StarRocks type, in upper case: <c>DECIMAL(12,2)</c>, <c>ARRAY&lt;INT&gt;</c>.</summary>
    public required string StarRocksType { get; init; }

    /// <summary>The Postgres type as the catalog file writes it.</summary>
    public string PostgresType { get; init; } = "";

    /// <summary>The name of the type under domains, without schema: <c>numeric</c>, <c>hstore</c>; empty for an array.</summary>
    public string BaseType { get; init; } = "";

    /// <summary>Whether the codec reads the binary format; if not, the stream and COPY send text.</summary>
    public bool ReadsBinary { get; init; } = true;

    /// <summary>pg_type.oid of a built-in (array) type; 0 for a user's type or a domain.</summary>
    public uint TypeOid { get; init; }

    /// <summary>Byte limit of a VARCHAR or VARBINARY, else 0.</summary>
    public int MaxBytes { get; init; }

    public int Precision { get; init; }

    public int Scale { get; init; }

    /// <summary>What separates values of the type in an array's text, pg_type.typdelim.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Takes the padding off char(n).</summary>
    public bool Trim { get; init; }

    /// <summary>The enum or composite type that C# code is generated for.</summary>
    public QualifiedName? UserType { get; init; }

    /// <summary>What becomes of a value that the StarRocks type can't hold.</summary>
    public OutsidePolicy Policy { get; init; } = OutsidePolicy.Error;

    /// <summary>Whether the type has values that the StarRocks type can't hold, itself or in its parts.</summary>
    public Outside Outside { get; init; }

    /// <summary>A JSON literal that the column accepts: what a delete row carries for a NOT NULL value column (STARROCKS.md 1.9).</summary>
    public required string Filler { get; init; }

    /// <summary>Whether the load maps the column from base64 text (STARROCKS.md 1.7, VARBINARY).</summary>
    public bool IsBase64 => Codec is WireCodec.Bytea or WireCodec.EwkbBinary;

    /// <summary>Bytes that the column may add to an encoded primary key.</summary>
    public int KeyBytes { get; init; }

    /// <summary>This and everything that it is made of, outermost first.</summary>
    public IEnumerable<TypeMapping> Parts()
    {
        yield return this;
        IEnumerable<TypeMapping> inner = Fields.Select(static f => f.Mapping);
        if (Element is not null)
            inner = inner.Prepend(Element);
        foreach (TypeMapping part in inner.SelectMany(static m => m.Parts()))
            yield return part;
    }

    /// <summary>The C# type as people read it: <c>PgRange&lt;int&gt;</c>, <c>decimal?[]</c>, the name of an enum.</summary>
    public string DescribeCSharp() => Codec switch
    {
        WireCodec.Array or WireCodec.ArrayJson => Element!.DescribeCSharp() + "?[]",
        WireCodec.Range or WireCodec.RangeStruct => $"PgRange<{Element!.DescribeCSharp()}>",
        WireCodec.Multirange => Element!.DescribeCSharp() + "[]",
        WireCodec.Enum => $"enum {UserType!.Name}",
        WireCodec.Composite => $"struct {UserType!.Name}",
        _ => CSharpType.Replace("global::", "").Replace("System.Collections.Generic.", "").Replace("System.", "").Replace("PipelineGen.Rows.", ""),
    };
}

/// <summary>An attribute of a composite type.</summary>
public sealed record FieldMapping(string Name, TypeMapping Mapping);

/// <summary>What a type has that its StarRocks type can't hold, and whether <see cref="OutsidePolicy.Clamp"/> helps.</summary>
[Flags]
public enum Outside
{
    None = 0,

    /// <summary>Values exist that have no counterpart.</summary>
    Exists = 1,

    /// <summary>Some of them have a nearest value.</summary>
    CanClamp = 2,

    /// <summary>Only values that are longer than the column.</summary>
    OnlyLength = 4,
}

/// <summary>The policies of TYPES.md, rule 1; the library's ValuePolicy.</summary>
public enum OutsidePolicy
{
    Default,
    Error,
    Null,
    Clamp,
    Text,
    Quarantine,
}

namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>How the text that the target prints is compared with the canonical text that Postgres computed.</summary>
internal enum Comparison
{
    /// <summary>Byte for byte.</summary>
    Text,

    /// <summary>As the float4 that both texts give.</summary>
    Single,

    /// <summary>As the float8 that both texts give.</summary>
    Double,

    /// <summary>As JSON values: members in any order, numbers by their value. StarRocks prints ARRAY, MAP and STRUCT as JSON too.</summary>
    Json,

    /// <summary>The target's bytes as lower-case hex.</summary>
    Hex,
}

/// <summary>Whether columns of the type can be a key.</summary>
internal enum KeyUse
{
    Legal,

    /// <summary>StarRocks takes none (TYPES.md, Keys): the contract must ask for a decision.</summary>
    NotInStarRocks,

    /// <summary>Postgres has no order for it.</summary>
    NotInPostgres,

    /// <summary>Another row of the matrix asks.</summary>
    Elsewhere,
}

/// <summary>A value that the case's StarRocks type can't hold.</summary>
/// <param name="Sql">As <see cref="MatrixCase.Values"/>.</param>
/// <param name="Clamp">SQL of the canonical text that Clamp gives; null where there is no nearest value and Clamp stops.</param>
/// <param name="Null">SQL of the canonical text under Null, where only a part of the value becomes NULL.</param>
/// <param name="Since">The first major version that has the value.</param>
internal sealed record OutsideValue(string Sql, string? Clamp = null, string Null = "NULL", int Since = 0);

/// <summary>One row of the matrix: a Postgres type, and the user's choice for it.</summary>
/// <param name="Row">The row of TYPES.md that it belongs to.</param>
/// <param name="Type">The type as SQL, for columns and casts.</param>
internal sealed record MatrixCase(string Row, string Type)
{
    /// <summary>The value <c>v</c> as its type's output function prints it. A cast to text is another function for char(n) and inet.</summary>
    public const string Printed = "CASE WHEN v IS DISTINCT FROM NULL THEN format('%s', v) END";

    /// <summary>What people read in the report and in failures.</summary>
    public string Name => Label ?? (Choice.Length == 0 ? Type : $"{Type} as {Choice.Replace("StarRocksType = ", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal)}");

    /// <summary>Where <see cref="Type"/> and <see cref="Choice"/> don't say what is special.</summary>
    public string? Label { get; init; }

    /// <summary>Types of the contract's tables that this row covers; the type itself always is.</summary>
    public string[] Covers { get; init; } = [];

    /// <summary>Statements that make the types.</summary>
    public string Setup { get; init; } = "";

    /// <summary>The extension that the case needs.</summary>
    public string? Extension { get; init; }

    /// <summary>The first major version that has the type.</summary>
    public int Since { get; init; }

    /// <summary>Arguments of <c>[Column("v", ...)]</c>, without a policy.</summary>
    public string Choice { get; init; } = "";

    /// <summary>Values that must arrive exactly: input texts, or SQL expressions behind a <c>=</c>.</summary>
    public string[] Values { get; init; } = [];

    /// <summary>Values that only later versions have.</summary>
    public (int Since, string Sql)[] LaterValues { get; init; } = [];

    /// <summary>The type whose random input texts of <see cref="RandomLiterals"/> serve this case too.</summary>
    public string? Random { get; init; }

    /// <summary>Or an SQL expression that gives another value each time; <c>i</c> counts.</summary>
    public string? RandomSql { get; init; }

    /// <summary>SQL predicate over <c>v</c>: which of the random values the target can hold.</summary>
    public string Inside { get; init; } = "true";

    /// <summary>SQL of the canonical text of <c>v</c>: what the target must print, computed by Postgres.</summary>
    public string Canonical { get; init; } = Printed;

    /// <summary>The same for a key column, which can be carried in another way (TYPES.md, Keys).</summary>
    public string? KeyCanonical { get; init; }

    public Comparison Compare { get; init; }

    public KeyUse Key { get; init; }

    public OutsideValue[] Outside { get; init; } = [];

    /// <summary>Whether the values outside also lose their place in text: then Text is no policy for the type (TYPES.md, 'needs a text column').</summary>
    public bool TextHoldsOutside { get; init; } = true;

    /// <summary>CREATE TABLE of the table of values, with {0} for its name, where the table itself is the oddity.</summary>
    public string? Table { get; init; }

    /// <summary>What stands before <c>v</c> in an INSERT, such as OVERRIDING SYSTEM VALUE.</summary>
    public string Overriding { get; init; } = "";

    /// <summary>Whether Postgres can send the type in binary at all.</summary>
    public bool HasBinary { get; init; } = true;

    /// <summary>Whether <c>v</c> can be NULL.</summary>
    public bool Nullable { get; init; } = true;
}

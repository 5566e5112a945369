namespace PipelineGen.IntegrationTests.Types.Matrix;

/// <summary>Characters, bytes, bits, uuid and enums.</summary>
internal static class TextCases
{
    private const string Sized = "char(n), varchar(n)";
    private const string Unsized = "text, varchar, citext, name, xml, \"char\"";

    private static readonly string[] Odd =
        ["", " ", "plain", "NULL", @"\N", "a\tb\nc\r", "quote \" and ' and \\", "äöü €", "😀", "\u0001\u001f\u007f", "\u2028", "[1]", "{\"a\":1}", "trailing  "];

    public static IReadOnlyList<MatrixCase> All { get; } =
    [
        Text("text") with { Values = [.. Odd, "=repeat('long ', 20000)", "=repeat('ä', 524288)"], Outside = [new("=repeat('x', 1048577)", "repeat('x', 1048576)"), new("=repeat('ä', 524288) || 'x'", "repeat('ä', 524288)")], TextHoldsOutside = false },
        Text("varchar") with { Values = Odd }, Text("name") with { Values = ["", "x", "pg_class", "äö", "=repeat('n', 63)::name"], Random = "name" },
        Text("text") with
        {
            Choice = "StarRocksType = \"VARCHAR(10)\"", Values = ["", "ten bytes!", "ääääa"], Inside = "octet_length(v) <= 10",
            Outside = [new("eleven byte", "'eleven byt'"), new("ääääää", "'äääää'"), new("aäääää", "'aääää'"), new("abcdefg😀", "'abcdefg'")], TextHoldsOutside = false,
        },
        Sizedly("varchar(20)") with { Covers = ["varchar"], Values = ["", "twenty characters!!!", "ääääääääääääääääääää", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀", " "] },
        Sizedly("char(9)") with { Covers = ["bpchar"], Random = "bpchar(9)", Values = ["", "a", "nine char", "ääääääääa", "a b  "] },
        Sizedly("char(9)") with { Random = "bpchar(9)", Values = ["", "a", "nine char", "  a b  "], Choice = "Trim = true", Label = "char(9) with Trim", Canonical = "v::text" },
        Sizedly("bpchar") with { Values = ["", "a  ", " b"], Row = Unsized, Random = "bpchar(9)", Label = "bpchar without length" },
        new(Unsized, "xml") { Values = ["<a/>", "<?xml version=\"1.0\"?><a b=\"c\">ä&lt;</a>", "no element, content", ""], RandomSql = "('<r n=\"' || i || '\">' || random() || '</r>')::xml", Key = KeyUse.NotInPostgres },
        new(Unsized, "\"char\"")
        {
            Covers = ["char"], Values = ["a", "", "~", "\\", "\"", "=(-1)::\"char\"", "=(-128)::\"char\"", "=(-56)::\"char\"", "=1::\"char\"", "=127::\"char\""], Random = "\"char\"",
            // A byte above 127 is printed raw before version 16, and as \ooo since; the contract says \ooo.
            Canonical = "CASE WHEN v::int < 0 THEN '\\' || ((v::int + 256) / 64)::text || ((v::int + 256) / 8 % 8)::text || ((v::int + 256) % 8)::text WHEN v::int = 0 THEN '' WHEN v::int > 0 THEN chr(v::int) END",
        },
        Bytes("bytea") with { Values = ["", "\\x00", "\\x0a0d5c22", "\\xff", "=decode(repeat('00ff', 20000), 'hex')"], Outside = [new("=decode(repeat('ab', 1048577), 'hex')", "repeat('ab', 1048576)")], TextHoldsOutside = false },
        Bytes("bytea") with { Choice = "StarRocksType = \"VARBINARY(4)\"", Key = KeyUse.NotInStarRocks, Values = ["", "\\x00", "\\x0a0d5c22"], Inside = "octet_length(v) <= 4", Outside = [new("\\x0102030405", "'01020304'")] },
        Bytes("bytea") with { Choice = "StarRocksType = \"VARCHAR(64)\"", Values = ["", "\\x00ff"], Compare = Comparison.Text, Inside = "octet_length(v) <= 32", Outside = [new("=decode(repeat('ab', 33), 'hex')", "repeat('ab', 32)")], TextHoldsOutside = false },
        new("uuid", "uuid") { Values = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "01234567-89ab-cdef-0123-456789abcdef"], Random = "uuid" },
        Bits("bit(1)") with { Values = ["0", "1"], Random = "bit(1)", Covers = ["bit"] }, Bits("bit(13)") with { Values = ["0000000000000", "1111111111111"], Random = "bit(13)" },
        Bits("varbit") with { Values = ["", "0", "1", "=repeat('10', 2000)::varbit"], Random = "varbit" }, Bits("varbit(9)") with { Values = ["", "111111111", "000"] },
        Bits("bit(1)") with { Values = ["0", "1"], Random = "bit(1)", Choice = "StarRocksType = \"BOOLEAN\"" },
        new("enum", "mood") { Setup = "CREATE TYPE mood AS ENUM ('sad', 'it''s \"fine\"', 'ä', 'a\\b');", Values = ["sad", "it's \"fine\"", "ä", "a\\b"] },
        new("enum", "other.mood") { Setup = "CREATE SCHEMA other; CREATE TYPE other.mood AS ENUM ('happy', 'sad');", Values = ["happy", "sad"], Label = "enum of the same name in another schema" },
        new("enum", "renamed") { Setup = "CREATE TYPE renamed AS ENUM ('was', 'stays'); ALTER TYPE renamed RENAME VALUE 'was' TO 'is'; ALTER TYPE renamed ADD VALUE 'first' BEFORE 'is';", Values = ["first", "is", "stays"], Label = "enum with renamed and added labels" },
        new("domain", "short_name") { Setup = "CREATE DOMAIN short_name AS varchar(12) CHECK (VALUE <> 'no');", Values = ["", "twelve chars", "ä"] },
        new("domain", "amount") { Setup = "CREATE DOMAIN amount AS numeric(9,3) CHECK (VALUE IS NULL OR VALUE <> 13);", Values = ["0.001", "-999999.999"], Canonical = "v::text", Outside = [new("NaN")] },
        new("domain", "nested_name") { Setup = "CREATE DOMAIN inner_name AS varchar(5); CREATE DOMAIN nested_name AS inner_name;", Values = ["five!", ""] },
        new("domain", "mood_domain") { Setup = "CREATE TYPE base_mood AS ENUM ('up', 'down'); CREATE DOMAIN mood_domain AS base_mood;", Values = ["up", "down"], Label = "domain over an enum" },
    ];

    private static MatrixCase Text(string type) => new(Unsized, type) { Values = Odd, Random = "text" };

    private static MatrixCase Sizedly(string type) => new(Sized, type);

    private static MatrixCase Bytes(string type) => new("bytea", type) { Compare = Comparison.Hex, Random = "bytea", Canonical = "encode(v, 'hex')", Key = KeyUse.Legal };

    private static MatrixCase Bits(string type) => new("bit(n), varbit(n)", type);
}

using PipelineGen.Pipeline;
using PipelineGen.Rows;

namespace PipelineGen.Tests.Pipeline.Verification;

/// <summary>Ranges and lists of keys in both sides' SQL.</summary>
public sealed class TargetKeysTests
{
    [Theory]
    [InlineData("bool", "BOOLEAN", "1", "TRUE")]
    [InlineData("bool", "BOOLEAN", "0", "FALSE")]
    [InlineData("int2", "SMALLINT", "-32768", "-32768")]
    [InlineData("int4", "INT", "7", "7")]
    [InlineData("int8", "BIGINT", "-9223372036854775808", "-9223372036854775808")]
    [InlineData("numeric(38,0)", "LARGEINT", "99999999999999999999999999999999999999", "99999999999999999999999999999999999999")]
    [InlineData("date", "DATE", "2024-02-29", "CAST('2024-02-29' AS DATE)")]
    [InlineData("timestamptz", "DATETIME", "2024-02-29 01:02:03.000004", "CAST('2024-02-29 01:02:03.000004' AS DATETIME)")]
    [InlineData("timestamp", "DATETIME", "2024-02-29 01:02:03", "CAST('2024-02-29 01:02:03' AS DATETIME)")]
    [InlineData("text", "VARCHAR(100)", @"é'\n😀" + "\n", @"'é\'\\n😀\n'")]
    [InlineData("uuid", "VARCHAR(36)", "00000000-0000-4000-8000-000000000001", "'00000000-0000-4000-8000-000000000001'")]
    public void Each_key_type_has_its_literal(string postgres, string starRocks, string text, string literal) =>
        Assert.Equal(literal, KeyText.TargetLiteral(CanonicalFormTests.Column(postgres, starRocks), text));

    [Theory]
    [InlineData("bool", "BOOLEAN", "t")]
    [InlineData("numeric", "LARGEINT", "NaN")]
    [InlineData("int8", "BIGINT", "1; DROP TABLE t")]
    [InlineData("date", "DATE", "infinity")]
    [InlineData("date", "DATE", "0044-03-15 BC")]
    [InlineData("timestamp", "DATETIME", "-infinity")]
    [InlineData("timestamp", "DATETIME", "10000-01-01 00:00:00.000000")]
    public void What_the_target_can_not_hold_has_none(string postgres, string starRocks, string text)
    {
        TableLayout layout = Layout(CanonicalFormTests.Column(postgres, starRocks, "k", isKey: true));
        Assert.False(TargetKeys.IsPossible(layout, [text]));
        Assert.Null(TargetKeys.AnyOf(layout, [new CanonicalKey([text], 1)]));
        Assert.Throws<ArgumentException>(() => TargetKeys.InRange(layout, [text], null));
    }

    [Fact]
    public void A_range_is_open_below_and_closed_above()
    {
        TableLayout layout = Layout(CanonicalFormTests.Column("int8", "BIGINT", "id", isKey: true));

        Assert.Equal("", TargetKeys.InRange(layout, null, null));
        Assert.Equal("`id` > 5", TargetKeys.InRange(layout, ["5"], null));
        Assert.Equal("`id` <= 9", TargetKeys.InRange(layout, null, ["9"]));
        Assert.Equal("`id` > 5 AND `id` <= 9", TargetKeys.InRange(layout, ["5"], ["9"]));
        Assert.Equal("`id` IN (5, 7)", TargetKeys.AnyOf(layout, [new CanonicalKey(["5"], 1), new CanonicalKey(["x"], 2), new CanonicalKey(["7"], 3)]));
    }

    [Fact]
    public void Of_several_columns_the_later_ones_count_where_the_earlier_are_equal()
    {
        TableLayout layout = Layout(
            CanonicalFormTests.Column("int4", "INT", "a", isKey: true), CanonicalFormTests.Column("text", "VARCHAR(9)", "b", isKey: true), CanonicalFormTests.Column("date", "DATE", "c", isKey: true));

        Assert.Equal(
            "`a` >= 1 AND (`a` > 1 OR (`a` = 1 AND (`b` > 'x' OR (`b` = 'x' AND `c` > CAST('2024-01-01' AS DATE))))) AND " +
            "`a` <= 2 AND (`a` < 2 OR (`a` = 2 AND (`b` < 'y' OR (`b` = 'y' AND `c` <= CAST('2024-01-02' AS DATE)))))",
            TargetKeys.InRange(layout, ["1", "x", "2024-01-01"], ["2", "y", "2024-01-02"]));
        Assert.Equal(
            "(`a` = 1 AND `b` = 'x' AND `c` = CAST('2024-01-01' AS DATE)) OR (`a` = 2 AND `b` = 'y' AND `c` = CAST('2024-01-02' AS DATE))",
            TargetKeys.AnyOf(layout, [new CanonicalKey(["1", "x", "2024-01-01"], 1), new CanonicalKey(["2", "y", "2024-01-02"], 2)]));
    }

    [Fact]
    public void A_row_is_looked_for_as_it_stands_in_the_target()
    {
        TableLayout layout = Layout(CanonicalFormTests.Column("bytea", "VARCHAR(80)", "k", isKey: true));
        Assert.Equal(@"`k` IN ('\\x61')", TargetKeys.AnyOf(layout, [new CanonicalKey(["61"], 1) { Stored = [@"\x61"] }]));
    }

    [Theory]
    [InlineData("bytea", "VARCHAR(80)", "6162", @"\x6162")]
    [InlineData("time", "BIGINT", "86400000000", "24:00:00.000000")]
    [InlineData("time", "BIGINT", "3723000004", "01:02:03.000004")]
    [InlineData("interval", "BIGINT", "-5", "-5 microseconds")]
    [InlineData("int8", "BIGINT", "7", "7")]
    [InlineData("bool", "BOOLEAN", "1", "1")]
    public void Postgres_gets_the_key_in_its_own_form(string postgres, string starRocks, string canonical, string text) =>
        Assert.Equal(text, KeyText.ForSource(CanonicalFormTests.Column(postgres, starRocks), canonical));

    [Fact]
    public void The_queries_of_both_sides_ask_for_the_same_order()
    {
        TableLayout layout = Layout(CanonicalFormTests.Column("int4", "INT", "id", isKey: true), CanonicalFormTests.Column("text", "VARCHAR(100)", "na\"me", isKey: true));

        Assert.Equal("""SELECT t."id", t."na""me" FROM ONLY "public"."t" AS t ORDER BY t."id", concat(t."na""me") COLLATE "C" """.TrimEnd(), SourceRows.Select(layout));
        Assert.Equal("""SELECT t."id", t."na""me" FROM ONLY "public"."t" AS t ORDER BY t."id", convert_to(concat(t."na""me"), 'UTF8')""", SourceRows.Select(layout, isUtf8: false));
        Assert.Equal(
            """SELECT t."id", t."na""me" FROM ONLY "public"."t" AS t WHERE (t."id", t."na""me") > ($1::int4, $2::text) ORDER BY t."id", t."na""me" LIMIT 50""",
            SourceWalk.SelectChunk(layout, isAfter: true, 50));
        Assert.Equal(
            "SELECT /*+ SET_VAR(query_timeout = 259200) */ `id`, `na\"me` FROM `t` WHERE `id` >= 1 AND (`id` > 1 OR (`id` = 1 AND `na\"me` > 'x')) ORDER BY `id`, `na\"me` LIMIT 50",
            TargetRows.SelectPage(layout, ["1", "x"], null, 50));
        Assert.Equal(
            """SELECT t."id", t."na""me", concat(t.tableoid, '/', t.ctid, '/', t.xmin) FROM unnest($1, $2) AS w(k0, k1) JOIN ONLY "public"."t" AS t ON t."id" = w.k0::int4 AND t."na""me" = w.k1::text""",
            KeyedSides.SelectByKey(layout));
    }

    [Fact]
    public void Keys_stand_in_the_order_of_their_bytes_and_numbers()
    {
        var order = new KeyOrder(Layout(CanonicalFormTests.Column("text", "VARCHAR(100)", "name", isKey: true), CanonicalFormTests.Column("int4", "INT", "id", isKey: true)));

        // U+FF5E is below U+1F600 in UTF-8 and above it in UTF-16; 9 is below 10 as a number and above it as a text.
        CanonicalKey[] keys = [Key("", "1"), Key("a", "9"), Key("a", "10"), Key("a\t", "1"), Key("ab", "1"), Key("é", "1"), Key("～", "9"), Key("😀", "9"), Key("😀", "99999999999999999999")];
        Assert.All(keys.Zip(keys.Skip(1)), pair => Assert.True(order.Compare(pair.First, pair.Second) < 0 && order.Compare(pair.Second, pair.First) > 0, order.Describe(pair.First)));
        Assert.Equal("name=a, id=9", order.Describe(keys[1]));

        static CanonicalKey Key(string name, string id) => new([name, id], 0);
    }

    private static TableLayout Layout(params ColumnInfo[] columns) => new()
    {
        Schema = "public", Name = "t", TargetTable = "t", CreateTable = "", Columns = columns, Key = [.. Enumerable.Range(0, columns.Length)],
    };
}

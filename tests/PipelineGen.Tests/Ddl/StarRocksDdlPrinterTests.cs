using PipelineGen.Schema;
using PipelineGen.Schema.Ddl;

namespace PipelineGen.Tests.Ddl;

public sealed class StarRocksDdlPrinterTests
{
    [Fact]
    public void Least_IsTheColumnsTheKeyAndItsDistribution() => Assert.Equal(
        """
        CREATE TABLE IF NOT EXISTS `orders` (
            `id` BIGINT NOT NULL
        )
        PRIMARY KEY(`id`)
        DISTRIBUTED BY HASH(`id`)
        """,
        StarRocksDdlPrinter.CreateTable(new StarRocksTable("orders", [new("id", "BIGINT", NotNull: true)], ["id"])));

    [Fact]
    public void Everything_StandsInTheOrderOfTheGrammar() => Assert.Equal(
        """
        CREATE TABLE IF NOT EXISTS `orders` (
            `tenant` INT NOT NULL,
            `id` BIGINT NOT NULL COMMENT "The number",
            `total` DECIMAL(12,2),
            `tags` ARRAY<VARCHAR(64)> NOT NULL
        )
        PRIMARY KEY(`tenant`, `id`)
        COMMENT "What customers order"
        DISTRIBUTED BY HASH(`tenant`) BUCKETS 8
        ORDER BY (`total`, `id`)
        PROPERTIES (
            "replication_num" = "1",
            "compression" = "ZSTD"
        )
        """,
        StarRocksDdlPrinter.CreateTable(new StarRocksTable(
            "orders",
            [new("total", "DECIMAL(12,2)", NotNull: false), new("id", "BIGINT", NotNull: true, "The number"), new("tags", "ARRAY<VARCHAR(64)>", NotNull: true), new("tenant", "INT", NotNull: false)],
            ["tenant", "id"])
        {
            Comment = "What customers order",
            DistributedBy = new EquatableArray<string>(["tenant"]),
            Buckets = 8,
            OrderBy = new EquatableArray<string>(["total", "id"]),
            Properties = new EquatableArray<StarRocksProperty>([new("replication_num", "1"), new("compression", "ZSTD")]),
        }));

    [Fact]
    public void Names_AreQuotedWithDoubledBackticks()
    {
        string ddl = StarRocksDdlPrinter.CreateTable(new StarRocksTable("a`b", [new("select", "INT", NotNull: true), new("``", "INT", NotNull: false)], ["select"]));

        Assert.StartsWith("CREATE TABLE IF NOT EXISTS `a``b` (\n    `select` INT NOT NULL,\n    `````` INT\n)", ddl, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("say \"hi\"", "\"say \\\"hi\\\"\"")]
    [InlineData("back\\slash", "\"back\\\\slash\"")]
    [InlineData("two\nlines\r", "\"two\\nlines\\r\"")]
    [InlineData("it's `fine`", "\"it's `fine`\"")]
    [InlineData("", "\"\"")]
    public void Texts_AreEscaped(string text, string expected) => Assert.Equal(expected, StarRocksName.QuoteText(text));

    [Fact]
    public void Key_HasToExist()
    {
        Assert.Throws<ArgumentException>(static () => new StarRocksTable("t", [new("id", "INT", NotNull: true)], []));
        Assert.Throws<ArgumentException>(static () => new StarRocksTable("t", [new("id", "INT", NotNull: true)], ["ID"]));
    }

    [Fact]
    public void Tables_AreEqualByValue()
    {
        static StarRocksTable Table(string comment) => new("t", [new("id", "INT", NotNull: true), new("n", "INT", NotNull: false, comment)], ["id"]) { Buckets = 3 };

        Assert.Equal(Table("a"), Table("a"));
        Assert.NotEqual(Table("a"), Table("b"));
    }

    [Theory]
    [InlineData("id", true)]
    [InlineData("größe €", true)]
    [InlineData("__op", false)]
    [InlineData("__OP", false)]
    [InlineData("__row", false)]
    [InlineData("___count___", false)]
    [InlineData("__starrocks_shadow_a", false)]
    [InlineData("a=b", false)]
    [InlineData("a*", false)]
    [InlineData("", false)]
    public void ColumnNames(string name, bool isLegal) => Assert.Equal(isLegal, StarRocksName.IsLegalColumn(name));
}

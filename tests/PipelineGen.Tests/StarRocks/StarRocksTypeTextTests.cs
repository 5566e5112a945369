using PipelineGen.StarRocks;

namespace PipelineGen.Tests.StarRocks;

public sealed class StarRocksTypeTextTests
{
    [Theory]
    [InlineData("INT", "int(11)")]
    [InlineData("INTEGER", "int")]
    [InlineData("BIGINT", "bigint(20)")]
    [InlineData("SMALLINT", "smallint(6)")]
    [InlineData("TINYINT", "tinyint(4)")]
    [InlineData("LARGEINT", "largeint(40)")]
    [InlineData("LARGEINT", "bigint(20) unsigned")]
    [InlineData("BOOLEAN", "tinyint(1)")]
    [InlineData("BOOLEAN", "boolean")]
    [InlineData("VARCHAR(20)", "varchar(20)")]
    [InlineData("STRING", "varchar(65533)")]
    [InlineData("VARCHAR", "varchar(1)")]
    [InlineData("CHAR(3)", "char(3)")]
    [InlineData("DECIMAL(10,2)", "decimal(10, 2)")]
    [InlineData("DECIMAL(10, 2)", "decimal128(10,2)")]
    [InlineData("DECIMAL", "decimal(10, 0)")]
    [InlineData("NUMERIC(8)", "decimal(8, 0)")]
    [InlineData("DATETIME", "datetime")]
    [InlineData("DATE", "date")]
    [InlineData("JSON", "json")]
    [InlineData("DOUBLE", "double")]
    [InlineData("VARBINARY", "varbinary(1048576)")]
    [InlineData("VARBINARY(1048576)", "varbinary")]
    [InlineData("ARRAY<INT>", "array<int(11)>")]
    [InlineData("ARRAY< ARRAY<DECIMAL(10, 2)> >", "array<array<decimal(10,2)>>")]
    [InlineData("MAP<VARCHAR(10),INT>", "map<varchar(10), int(11)>")]
    [InlineData("STRUCT<a INT, b ARRAY<STRING>>", "struct<`a` int(11),b array<varchar(65533)>>")]
    [InlineData("  varchar ( 20 ) ", "VARCHAR(20)")]
    public void Two_spellings_of_one_type_are_the_same(string declared, string live) =>
        Assert.Equal(StarRocksTypeText.Normalise(declared), StarRocksTypeText.Normalise(live));

    [Theory]
    [InlineData("INT", "bigint(20)")]
    [InlineData("BOOLEAN", "tinyint(4)")]
    [InlineData("VARCHAR(20)", "varchar(21)")]
    [InlineData("VARCHAR(20)", "char(20)")]
    [InlineData("VARCHAR(1048576)", "varchar(65533)")]
    [InlineData("DECIMAL(10,2)", "decimal(10, 3)")]
    [InlineData("BIGINT", "largeint(40)")]
    [InlineData("VARBINARY(10)", "varbinary")]
    [InlineData("VARBINARY", "varchar(1048576)")]
    [InlineData("ARRAY<INT>", "array<bigint(20)>")]
    [InlineData("STRUCT<a INT>", "struct<b int(11)>")]
    [InlineData("JSON", "varchar(65533)")]
    public void Two_types_are_not_the_same(string declared, string live) => Assert.False(StarRocksTypeText.AreSame(declared, live));
}

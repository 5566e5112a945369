using PipelineGen.Schema.Types;

namespace PipelineGen.Tests.Types;

public sealed class StarRocksTypeNameTests
{
    [Theory]
    [InlineData("bigint", "BIGINT")]
    [InlineData(" integer ", "INT")]
    [InlineData("decimal", "DECIMAL(10,0)")]
    [InlineData("NUMERIC(5)", "DECIMAL(5,0)")]
    [InlineData("Decimal( 20 , 4 )", "DECIMAL(20,4)")]
    [InlineData("DECIMAL(76,76)", "DECIMAL(76,76)")]
    [InlineData("string", "VARCHAR(65533)")]
    [InlineData("TEXT", "VARCHAR(65533)")]
    [InlineData("varchar(1048576)", "VARCHAR(1048576)")]
    [InlineData("binary(8)", "VARBINARY(8)")]
    [InlineData("varbinary", "VARBINARY")]
    [InlineData("json", "JSON")]
    [InlineData("array< array<decimal(5)> >", "ARRAY<ARRAY<DECIMAL(5,0)>>")]
    [InlineData("struct", "STRUCT")]
    public void Legal(string text, string expected)
    {
        Assert.True(StarRocksTypeName.TryParse(text, out StarRocksTypeName type));
        Assert.Equal(expected, type.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("()")]
    [InlineData("INT(4)")]
    [InlineData("VARCHAR")]
    [InlineData("VARCHAR(0)")]
    [InlineData("VARCHAR(1048577)")]
    [InlineData("VARCHAR(10")]
    [InlineData("VARCHAR(a)")]
    [InlineData("STRING(10)")]
    [InlineData("DECIMAL(77,0)")]
    [InlineData("DECIMAL(5,6)")]
    [InlineData("DECIMAL(1,1,1)")]
    [InlineData("CHAR(10)")]
    [InlineData("TIMESTAMPTZ")]
    [InlineData("ARRAY<>")]
    [InlineData("ARRAY<INT")]
    [InlineData("MAP<INT,INT>")]
    [InlineData("STRUCT<a INT>")]
    [InlineData("INT; DROP TABLE x")]
    public void Illegal(string text) => Assert.False(StarRocksTypeName.TryParse(text, out _));
}

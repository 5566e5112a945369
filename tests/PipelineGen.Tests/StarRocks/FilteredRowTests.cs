using PipelineGen.StarRocks;

namespace PipelineGen.Tests.StarRocks;

/// <summary>The texts of STARROCKS.md sections 1.6 and 1.7.</summary>
public sealed class FilteredRowTests
{
    [Theory]
    [InlineData("Error: NULL value in non-nullable column 'c'. Row: {\"id\":1}", "c")]
    [InlineData("NULL value in auto increment column 'my col'", "my col")]
    [InlineData("Error: The field (name = c, pos = 3) is out of range. Type: INT, Value length: 12, Value: 999999999999. Row: x", "c")]
    [InlineData("Error: Value length is beyond the capacity. column=note, capacity=10. Row: {\"note\":\"column=evil, capacity=1\"}", "note")]
    [InlineData("Error: String 'the type of 'evil' is x'(length=30) is too long. The max length of 'c' is 5. Row: [..]", "c")]
    [InlineData("Decimal '12.3' is out of range. The type of 'price' is DECIMAL(3,1)'", "price")]
    [InlineData("Error: Target column count: 3 doesn't match source value column count: 2. Column separator: '\t', Row delimiter: '\n'", null)]
    [InlineData("Error: Invalid UTF-8 row. Row: NULL value in non-nullable column 'evil'", null)]
    [InlineData("Error: The row is out of partition ranges. Please add a new partition.. Row: of 'evil' is ", null)]
    [InlineData("(name = ", null)]
    [InlineData("' is of '' is ", null)]
    public void The_column_is_the_servers_word_not_the_rows(string line, string? column)
    {
        FilteredRow row = FilteredRow.Parse(line);
        Assert.Equal(column, row.Column);
        Assert.Equal(line, row.Reason);
        Assert.Equal(column is null ? line : $"column '{column}': {line}", row.ToString());
    }

    [Fact]
    public void A_long_line_is_shortened() =>
        Assert.Equal(503, FilteredRow.Parse("NULL value in non-nullable column 'c'. Row: " + new string('x', 10_000)).Reason.Length);
}

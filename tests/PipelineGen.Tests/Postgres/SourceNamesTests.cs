using PipelineGen.Postgres;

namespace PipelineGen.Tests.Postgres;

public class SourceNamesTests
{
    [Fact]
    public void Names_and_literals_are_quoted()
    {
        Assert.Equal("\"Odd \"\"name\"\"\"", SourceNames.QuoteIdentifier("Odd \"name\""));
        Assert.Equal("\"a.b\".\"c\"", SourceNames.QuoteTable("a.b", "c"));
        Assert.Equal("'it''s'", SourceNames.QuoteLiteral("it's"));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("shop_2")]
    [InlineData("_")]
    [InlineData("012345678901234567890123456789012345678901234567890123456789012")]
    public void Slot_names(string name) => SourceNames.RequireSlotName(name);

    [Theory]
    [InlineData("")]
    [InlineData("Shop")]
    [InlineData("shop-2")]
    [InlineData("shop 2")]
    [InlineData("größe")]
    [InlineData("shop; DROP")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void What_Npgsql_would_append_unquoted_is_refused(string name) =>
        Assert.Contains($"'{name}'", Assert.Throws<ArgumentException>(() => SourceNames.RequireSlotName(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_source_is_described_without_its_secret()
    {
        string description = SourceSession.Describe("Host=db;Port=5433;Database=shop;Username=me;Password=secret-word");
        Assert.Equal("db:5433/shop", description);
    }

    [Fact]
    public void Sessions_have_one_form_of_text_and_keep_the_users_options()
    {
        string queries = SourceSession.ForQueries("Host=db;Options=-c work_mem=1MB");
        Assert.All(["work_mem=1MB", "DateStyle=ISO", "TimeZone=UTC", "IntervalStyle=iso_8601", "extra_float_digits=3", "bytea_output=hex", "statement_timeout=0", "idle_in_transaction_session_timeout=0"],
            setting => Assert.Contains(setting, queries, StringComparison.Ordinal));
        // A setting that comes later wins, and these must.
        Assert.True(queries.IndexOf("work_mem", StringComparison.Ordinal) < queries.IndexOf("DateStyle", StringComparison.Ordinal));
        Assert.Contains("DateStyle=ISO", SourceSession.ForReplication("Host=db"), StringComparison.Ordinal);
    }
}

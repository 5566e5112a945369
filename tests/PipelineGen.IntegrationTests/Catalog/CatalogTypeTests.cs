namespace PipelineGen.IntegrationTests.Catalog;

/// <summary>Ranges that a user made, and base types with and without an extension.</summary>
[Collection(PostgresCollection.Name)]
public class CatalogTypeTests(PostgresFixture postgres)
{
    private const string Types = """
        CREATE EXTENSION citext;
        CREATE SCHEMA "Other Schema";
        CREATE DOMAIN meters AS float8 CHECK (VALUE >= 0);
        CREATE TYPE span AS RANGE (subtype = meters);
        CREATE TYPE words AS RANGE (subtype = citext, multirange_type_name = "Other Schema".many);
        CREATE TYPE unused AS RANGE (subtype = int4);
        CREATE TYPE vector;
        CREATE FUNCTION vector_in(cstring) RETURNS vector AS 'textin' LANGUAGE internal IMMUTABLE STRICT;
        CREATE FUNCTION vector_out(vector) RETURNS cstring AS 'textout' LANGUAGE internal IMMUTABLE STRICT;
        CREATE TYPE vector (INPUT = vector_in, OUTPUT = vector_out, LIKE = text);
        """;

    [Fact]
    public async Task Ranges_are_in_the_file_of_whoever_uses_them_or_their_multirange()
    {
        await using TestDatabase database = await CatalogDatabase.CreateAsync(
            postgres, Types,
            """
            CREATE TYPE holder AS (parts words[]);
            CREATE TABLE one (a span, b int4range, c numrange[]);
            CREATE TABLE many (a span_multirange);
            CREATE TABLE nested (a holder, b int8multirange);
            """);
        using var folder = new CatalogFolderUnderTest();

        Assert.Equal(0, (await folder.RunAsync("pull", database.ConnectionString)).Status);

        Assert.EndsWith(
            """
            column a public.span storage=extended
            column b int4range storage=extended
            column c numrange[] storage=extended
            domain public.meters float8 check="CHECK ((VALUE >= (0)::double precision))"
            range public.span public.meters multirange=public.span_multirange
            end

            """,
            folder.Text("public.one.pgcatalog"), StringComparison.Ordinal);
        Assert.EndsWith(
            """
            column a public.span_multirange storage=extended
            domain public.meters float8 check="CHECK ((VALUE >= (0)::double precision))"
            range public.span public.meters multirange=public.span_multirange
            end

            """,
            folder.Text("public.many.pgcatalog"), StringComparison.Ordinal);
        Assert.EndsWith(
            """
            column a public.holder storage=extended
            column b int8multirange storage=extended
            composite public.holder parts public.words[]
            range public.words public.citext multirange="Other Schema".many
            base_type public.citext extension=citext
            end

            """,
            folder.Text("public.nested.pgcatalog"), StringComparison.Ordinal);
        Assert.Equal(0, (await folder.RunAsync("check", database.ConnectionString)).Status);
    }

    [Fact]
    public async Task A_base_type_says_whose_it_is()
    {
        await using TestDatabase database = await CatalogDatabase.CreateAsync(postgres, Types, "CREATE TABLE t (mine vector, list vector[], theirs citext[], other uuid);");
        using var folder = new CatalogFolderUnderTest();

        await folder.RunAsync("pull", database.ConnectionString);

        Assert.EndsWith("base_type public.citext extension=citext\nbase_type public.vector\nend\n", folder.Text("public.t.pgcatalog"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ALTER TYPE span RENAME TO stretch", "range public.span: gone, was of public.meters with multirange public.span_multirange")]
    [InlineData("ALTER TYPE span RENAME TO stretch", "range public.stretch: added, of public.meters with multirange public.span_multirange")]
    [InlineData(
        "ALTER TYPE span_multirange SET SCHEMA \"Other Schema\"",
        "range public.span: of public.meters with multirange public.span_multirange -> of public.meters with multirange \"Other Schema\".span_multirange")]
    [InlineData("ALTER EXTENSION citext DROP TYPE citext", "base type public.citext: of extension citext -> of no extension")]
    [InlineData("ALTER TABLE t DROP COLUMN c", "base type public.citext: gone, was of extension citext")]
    public async Task A_change_of_them_is_found(string change, string line)
    {
        await using TestDatabase database = await CatalogDatabase.CreateAsync(postgres, Types, "CREATE TABLE t (a span, b span_multirange, c citext);");
        using var folder = new CatalogFolderUnderTest();
        await folder.RunAsync("pull", database.ConnectionString);
        await database.ExecuteAsync(change);

        (int status, string output, string error) = await folder.RunAsync("check", database.ConnectionString);

        Assert.Equal((3, ""), (status, error));
        Assert.Contains("  " + line, output.Split('\n'));
        await folder.RunAsync("pull", database.ConnectionString);
        Assert.Equal(0, (await folder.RunAsync("check", database.ConnectionString)).Status);
    }
}

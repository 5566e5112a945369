using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;

namespace PipelineGen.Tests.Catalog;

public class CatalogFormatTests
{
    private static readonly string Sample = System.IO.File.ReadAllText(SamplePath()).ReplaceLineEndings("\n");

    [Fact]
    public void The_committed_sample_reads_as_it_says()
    {
        CatalogFile file = Read(Sample);

        Assert.Equal(new CatalogServer(15, "UTF8", 2), file.Server);
        Assert.Equal(new QualifiedName("public", "orders"), file.Table.Name);
        Assert.Equal(new ReplicaIdentity(ReplicaIdentityKind.Index, "orders_ref_key"), file.Table.ReplicaIdentity);
        Assert.Equal("What customers order", file.Table.Comment);
        Assert.Equal(
            ["id", "ref", "Tenant", "status", "total", "gross", "placed_at", "ship_to", "tags", "history", "contact", "note"],
            file.Table.Columns.Select(c => c.Name));
        Assert.Equal(
            new CatalogColumn("gross", BuiltIn("numeric", 14, 4), false, "(total * 1.2)", Generated: GeneratedKind.Stored, Storage: StorageKind.Main),
            file.Table.Columns[5]);
        Assert.Equal("free text\nsecond line", file.Table.Columns[11].Comment);
        Assert.Equal(new CatalogIndex("orders_ref_key", new(["ref", "Tenant"])), Assert.Single(file.Table.UniqueIndexes));
        Assert.Equal(["new", "paid", "shipped, or not"], Assert.Single(file.Enums).Labels);
        Assert.Equal(new QualifiedName("Odd Schema", "e-mail"), Assert.Single(file.Domains).Name);
        Assert.Equal(
            new CompositeAttribute("codes", BuiltIn("bpchar", 3) with { IsArray = true }),
            Assert.Single(file.Composites).Attributes[2]);
    }

    [Fact]
    public void The_committed_sample_is_what_the_writer_writes() => Assert.Equal(Sample, CatalogFormat.Write(Read(Sample)));

    [Theory]
    [InlineData("pipelinegen-catalog 1", "pipelinegen-catalog 0", 1, "expected 'pipelinegen-catalog 1' as the first line, found 'pipelinegen-catalog 0': this is not a catalog file")]
    [InlineData("pipelinegen-catalog 1", "pipelinegen-catalog 12345678901", 1, "expected 'pipelinegen-catalog 1' as the first line, found 'pipelinegen-catalog 12345678901': this is not a catalog file")]
    [InlineData("pipelinegen-catalog 1", "<xml/>", 1, "expected 'pipelinegen-catalog 1' as the first line, found '<xml/>': this is not a catalog file")]
    [InlineData("column tags", "colum tags", 12, "expected server, table, column, primary_key, unique, enum, domain, composite, range, base_type or end, found 'colum'")]
    [InlineData("column tags", "<<<<<<< HEAD\ncolumn tags", 12, "a merge conflict is left in this file: resolve it, or run `pipelinegen catalog pull`")]
    [InlineData("column tags", "\ncolumn tags", 12, "expected server, table, column, primary_key, unique, enum, domain, composite, range, base_type or end, found an empty line")]
    [InlineData("column tags", "column ref", 12, "column 'ref' stands twice")]
    [InlineData("column tags", "column Tags", 12, "expected a column name (in double quotes unless it is a lower-case identifier), found 'Tags text[] storage=extended'")]
    [InlineData("orders_pkey id", "orders_pkey nr", 16, "index 'orders_pkey' names column 'nr', which the table does not have")]
    [InlineData("orders_pkey id", "orders_pkey", 16, "expected a column name (in double quotes unless it is a lower-case identifier), found the end of the line")]
    [InlineData("unique orders_ref_key", "unique orders_pkey", 17, "index 'orders_pkey' stands twice")]
    [InlineData("index=orders_ref_key", "index=other", 3, "the replica identity's index 'other' is neither the primary key nor a unique index of this file")]
    [InlineData("replica_identity=index ", "replica_identity=full ", 3, "expected index=<name> with replica_identity=index and only then")]
    [InlineData("kind=table", "kind=view", 3, "expected one of table, partitioned_table, partition, foreign_table, materialized_view, found 'view'")]
    [InlineData("kind=table", "kind=partition", 3, "expected root=<schema.name> for kind=partition, found none")]
    [InlineData("table public.orders", "table orders", 3, "expected '.', found ' kind=table replica_identity=index index...'")]
    [InlineData("primary_key", "table public.t kind=table replica_identity=full\nprimary_key", 16, "expected one 'table' line, found a second one")]
    [InlineData("not_null identity=always", "identity=always identity=always", 4, "'identity' stands twice on this line")]
    [InlineData("identity=always", "identiy=always", 4, "expected an attribute of this directive, found 'identiy'")]
    [InlineData("expression=", "default=", 9, "expected expression=\"...\" with generated=... and default=\"...\" without, found the other one")]
    [InlineData("numeric(12,2)", "numeric(12,x)", 8, "expected a type modifier (a number), found 'x) storage=main'")]
    [InlineData("\"now()\"", "\"now()", 10, "expected a closing double quote, found the end of the line")]
    [InlineData("free text\\n", "free text\\q", 15, "expected \\\" \\\\ \\n \\r \\t or \\u{..} in a string, found '\\q'")]
    [InlineData("\"paid\"", "\"new\"", 18, "label 'new' stands twice")]
    [InlineData("enum public.order_status", "enum public.address", 20, "type 'public.address' stands twice")]
    [InlineData("end\n", "range public.r float8\nend\n", 21, "expected 'range <schema.name> <subtype> multirange=<schema.name>', found no multirange")]
    [InlineData("end\n", "range public.r float8 multirange=public.r\nend\n", 21, "type 'public.r' stands twice")]
    [InlineData("end\n", "range public.r float8 subtype=float8\nend\n", 21, "expected an attribute of this directive, found 'subtype'")]
    [InlineData("end\n", "base_type public.address\nend\n", 21, "type 'public.address' stands twice")]
    [InlineData("end\n", "base_type public.v extension=\nend\n", 21, "expected an extension's name (in double quotes unless it is a lower-case identifier), found the end of the line")]
    [InlineData("end\n", "", 20, "expected 'end' as the last line, found the end of the file: the file is torn")]
    [InlineData("end\n", "end\ncolumn x int4\n", 22, "expected nothing after 'end', found 'column x int4'")]
    [InlineData("server 15 encoding=UTF8 money_fraction_digits=2\n", "", 20, "expected a 'server' line, found none")]
    public void A_broken_file_is_an_error_with_its_line(string good, string bad, int line, string message)
    {
        Assert.Contains(good, Sample, StringComparison.Ordinal);
        int at = Sample.IndexOf(good, StringComparison.Ordinal);
        CatalogReadResult result = CatalogFormat.Read(Sample[..at] + bad + Sample[(at + good.Length)..]);

        Assert.Null(result.File);
        Assert.Equal(new CatalogReadError(line, message), result.Error);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("999999999")]
    public void A_file_of_a_later_format_asks_for_newer_packages(string version) => Assert.Equal(
        new CatalogReadError(
            1,
            $"this file is of format {version} and was written by a newer pipelinegen; this one reads 1: update the PipelineGen packages",
            IsNewerFormat: true),
        // Whatever follows the first line: a later format may have anything there.
        CatalogFormat.Read($"pipelinegen-catalog {version}\nwhat nobody knows yet\n").Error);

    [Fact]
    public void Ranges_and_base_types_are_spelled_as_documented()
    {
        const string text = """
            pipelinegen-catalog 1
            server 15 encoding=UTF8 money_fraction_digits=2
            table public.t kind=table replica_identity=full
            column span public.span
            range "Odd Schema"."r 2" public."odd subtype"[] multirange=public."r 2 multi"
            range public.span float8 multirange=public.span_multirange
            base_type public.mine
            base_type public.vector extension=vector
            base_type x.uuid2 extension="uuid-ossp"
            end

            """;

        CatalogFile file = Read(text.ReplaceLineEndings("\n"));

        Assert.Equal(
            [
                new CatalogRange(new("Odd Schema", "r 2"), new(new("public", "odd subtype"), default, IsArray: true), new("public", "r 2 multi")),
                new CatalogRange(new("public", "span"), BuiltIn("float8"), new("public", "span_multirange")),
            ],
            file.Ranges);
        Assert.Equal(
            [new(new("public", "mine"), null), new(new("public", "vector"), "vector"), new CatalogExtensionType(new("x", "uuid2"), "uuid-ossp")],
            file.ExtensionTypes);
        Assert.Equal(text.ReplaceLineEndings("\n"), CatalogFormat.Write(file));
    }

    [Fact]
    public void A_file_without_a_table_is_an_error() => Assert.Equal(
        new CatalogReadError(3, "expected a 'table' line, found none"),
        CatalogFormat.Read("pipelinegen-catalog 1\nserver 15 encoding=UTF8 money_fraction_digits=2\nend\n").Error);

    [Theory]
    [InlineData("numeric(10,2)", "pg_catalog", "numeric", new[] { 10, 2 }, false)]
    [InlineData("numeric(5,-2)", "pg_catalog", "numeric", new[] { 5, -2 }, false)]
    [InlineData("int4[]", "pg_catalog", "int4", new int[0], true)]
    [InlineData("public.order_status", "public", "order_status", new int[0], false)]
    [InlineData("\"Odd Schema\".\"odd name\"[]", "Odd Schema", "odd name", new int[0], true)]
    public void Types_are_spelled_as_documented(string text, string schema, string name, int[] modifiers, bool isArray)
    {
        var type = new TypeReference(new QualifiedName(schema, name), modifiers.ToEquatableArray(), isArray);
        Assert.Equal(text, CatalogFormat.WriteType(type));
        Assert.True(CatalogFormat.TryReadType(text, out TypeReference read));
        Assert.Equal(type, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("int4 ")]
    [InlineData("int4[")]
    [InlineData("numeric()")]
    [InlineData("Int4")]
    [InlineData("public.")]
    [InlineData("\"a")]
    [InlineData("varchar(99999999999)")]
    public void What_is_no_type_is_not_read(string text) => Assert.False(CatalogFormat.TryReadType(text, out _));

    [Theory]
    [InlineData("public", "orders", "public.orders.pgcatalog")]
    [InlineData("public", "Orders", "public.Orders.pgcatalog")]
    [InlineData("Odd Schema", "a.b/c", "Odd%20Schema.a%2Eb%2Fc.pgcatalog")]
    [InlineData("con", "größe%", "%63on.größe%25.pgcatalog")]
    public void File_names_suit_every_file_system(string schema, string name, string file) =>
        Assert.Equal(file, CatalogFormat.FileName(new QualifiedName(schema, name)));

    [Theory]
    [InlineData("public.orders", "public", "orders")]
    [InlineData("public.Order Items", "public", "Order Items")]
    [InlineData("\"a.b\".\"c\\\"d\"", "a.b", "c\"d")]
    public void Names_are_read_as_people_write_them(string text, string schema, string name)
    {
        Assert.True(CatalogFormat.TryReadName(text, out QualifiedName read));
        Assert.Equal(new QualifiedName(schema, name), read);
    }

    private static CatalogFile Read(string text)
    {
        CatalogReadResult result = CatalogFormat.Read(text);
        Assert.Null(result.Error);
        return result.File!;
    }

    private static TypeReference BuiltIn(string name, params int[] modifiers) =>
        new(new QualifiedName(QualifiedName.BuiltIn, name), modifiers.ToEquatableArray(), IsArray: false);

    private static string SamplePath()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!folder.EnumerateFiles("PipelineGen.sln").Any())
            folder = folder.Parent ?? throw new InvalidOperationException("the tests run outside of the repository");
        return Path.Combine(folder.FullName, "tests", "PipelineGen.Tests", "Catalog", "public.orders.pgcatalog");
    }
}

using Microsoft.CodeAnalysis;
using PipelineGen.Generators.Tests.Harness;

namespace PipelineGen.Generators.Tests.Diagnostics.Fixes;

/// <summary>Several diagnostics at one place, fixed at once.</summary>
public sealed class FixAllTests
{
    private static ExampleProject Project(string source, string lines) => new(
        source.ReplaceLineEndings("\n"),
        [CatalogText.Of("public.t", "table public.t kind=table replica_identity=default\ncolumn id int8 not_null\n" + lines.ReplaceLineEndings("\n") + "\nprimary_key t_pkey id")],
        ProjectProperties.None);

    [Fact]
    public async Task Columns_of_one_type_are_decided_each_in_an_attribute_of_its_own()
    {
        using var workspace = new FixWorkspace(Project(
            """
            namespace Shop;

            // Whatever comes.
            [PostgresTable("public.t")]
            [Column("b", TargetName = "bee")]
            public partial class T
            {
                /// <summary>Third.</summary>
                public partial PgJson? C { get; }
            }
            """,
            "column a jsonb\ncolumn b jsonb\ncolumn c json\ncolumn d json"));
        Assert.Equal(4, (await workspace.DiagnosticsAsync()).Count(static d => d.Id == "PGEN0035"));

        (string source, ExampleRun run) = await workspace.ApplyToAllAsync("PGEN0035", "StarRocksType = \"JSON\"");

        Assert.Equal(
            """
            namespace Shop;

            // Whatever comes.
            [PostgresTable("public.t")]
            [Column("b", TargetName = "bee", StarRocksType = "JSON")]
            [Column("a", StarRocksType = "JSON")]
            [Column("d", StarRocksType = "JSON")]
            public partial class T
            {
                /// <summary>Third.</summary>
                [Column("c", StarRocksType = "JSON")]
                public partial PgJson? C { get; }
            }
            """.ReplaceLineEndings("\n"),
            source);
        run.AssertClean();
    }

    [Fact]
    public async Task Types_in_each_other_become_partial_together()
    {
        using var workspace = new FixWorkspace(Project(
            """
            namespace Shop;

            public static class Tables
            {
                [PostgresTable("public.t")]
                internal sealed class T;
            }

            [PostgresTable("public.t")]
            // The same once more.
            record U;
            """,
            "column a int4"));

        (string source, ExampleRun run) = await workspace.ApplyToAllAsync("PGEN0015", "AddPartialCodeFix");

        Assert.Equal(
            """
            namespace Shop;

            public static partial class Tables
            {
                [PostgresTable("public.t")]
                internal sealed partial class T;
            }

            [PostgresTable("public.t")]
            // The same once more.
            partial record U;
            """.ReplaceLineEndings("\n"),
            source);
        run.AssertClean();
    }

    [Fact]
    public async Task Attributes_that_do_nothing_go_and_comments_stay()
    {
        using var workspace = new FixWorkspace(Project(
            """
            namespace Shop;

            /// <summary>Plain.</summary>
            [Column("a", Ignore = true)]
            [Column("b", Ignore = true), Obsolete]
            [StarRocksTable]
            public class Plain
            {
                /// <summary>A.</summary>
                [Column("a")]
                public int A { get; set; }

                [Column("b")] public int B { get; set; }
            }
            """,
            "column a int4"));

        (string source, ExampleRun run) = await workspace.ApplyToAllAsync("PGEN0040", "RemoveUnusedCodeFix");

        Assert.Equal(
            """
            namespace Shop;

            /// <summary>Plain.</summary>
            [Obsolete]
            public class Plain
            {
                /// <summary>A.</summary>
                public int A { get; set; }

                public int B { get; set; }
            }
            """.ReplaceLineEndings("\n"),
            source);
        run.AssertClean();
    }
}

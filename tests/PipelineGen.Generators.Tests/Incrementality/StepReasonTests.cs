using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PipelineGen.Generators.Tests.Harness;

namespace PipelineGen.Generators.Tests.Incrementality;

/// <summary>What each named step does when something else changes, and that it does run when its own input changes.</summary>
public sealed class StepReasonTests
{
    private const string Order = "namespace Shop; [PostgresTable(\"public.orders\")] public partial class Order;";
    private const string Customer = "namespace Shop; [PostgresTable(\"public.customers\")] public partial class Customer;";
    private const string Pipeline = "namespace Shop; [Pipeline(\"shop\", typeof(Order), typeof(Customer))] public partial class ShopPipeline;";
    private const string Unrelated = "namespace Shop; public class Unrelated;";

    [Fact]
    public void UnrelatedEdit_LeavesEveryStepAlone()
    {
        GeneratorRunResult second = Rerun(static c => Edit(c, Unrelated, "namespace Shop; public class Unrelated { public int Number; }"));

        foreach (string step in new[]
        {
            TrackingNames.CatalogFiles, TrackingNames.CatalogSet, TrackingNames.RowDeclarations, TrackingNames.RowInputs,
            TrackingNames.RowResults, TrackingNames.RowModels, TrackingNames.EnumModels, TrackingNames.ProjectOptions, TrackingNames.PipelineDeclarations, TrackingNames.PipelineModels,
        })
            Assert.All(Reasons(second, step), static r => Assert.True(r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, r.ToString()));
        AssertOutputsCached(second);
    }

    [Fact]
    public void EditThatMovesTheClass_ReparsesAndGeneratesNothing()
    {
        GeneratorRunResult second = Rerun(static c => Edit(c, Order, "// A new first line.\n" + Order));

        Assert.Contains(IncrementalStepRunReason.Modified, Reasons(second, TrackingNames.RowDeclarations));
        Assert.All(Reasons(second, TrackingNames.RowModels), static r => Assert.True(r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, r.ToString()));
        AssertOutputsCached(second);
    }

    [Fact]
    public void EditOfTheClass_ChangesItsModelOnly()
    {
        GeneratorRunResult second = Rerun(static c => Edit(c, Order, Order.Replace("[Postgres", "[Column(\"total\", Ignore = true)] [Postgres", StringComparison.Ordinal)));

        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], Reasons(second, TrackingNames.RowModels));
        Assert.Single(SourceReasons(second), IncrementalStepRunReason.Modified);
    }

    [Fact]
    public void ChangeOfItsCatalogFile_ChangesItsModelOnly()
    {
        GeneratorRunResult second = Rerun(static c => c, orders: TestCatalogs.Orders("column note text"));

        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], Reasons(second, TrackingNames.RowModels));
        Assert.Single(SourceReasons(second), IncrementalStepRunReason.Modified);
    }

    [Fact]
    public void ChangeOfAnotherTablesFile_DoesNotResolveThisOneAgain()
    {
        GeneratorRunResult second = Rerun(static c => c, customers: TestCatalogs.Customers("column note text"));

        // The file is looked up again, and the lookup's result is what it was.
        Assert.Equal([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Modified], Reasons(second, TrackingNames.RowInputs));
        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], Reasons(second, TrackingNames.RowResults));
        Assert.Single(SourceReasons(second), IncrementalStepRunReason.Modified);
    }

    [Fact]
    public void ChangeOfAnUnusedFilesPath_ParsesThatFileOnly()
    {
        GeneratorRunResult second = Rerun(static c => c, customers: new CatalogText("/src/shop/catalog/public.customers.pgcatalog", TestCatalogs.Customers().GetText()!.ToString()));

        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged], Reasons(second, TrackingNames.CatalogFiles));
        AssertOutputsCached(second);
    }

    private static readonly CatalogText OrdersFile = TestCatalogs.Orders();
    private static readonly CatalogText CustomersFile = TestCatalogs.Customers();

    private static GeneratorRunResult Rerun(Func<Compilation, Compilation> edit, CatalogText? orders = null, CatalogText? customers = null)
    {
        Compilation compilation = GeneratorRun.Compile([Order, Customer, Pipeline, Unrelated]);
        GeneratorDriver driver = GeneratorRun.Driver(compilation, OrdersFile, CustomersFile).RunGenerators(compilation);
        Assert.DoesNotContain(driver.GetRunResult().Diagnostics, static d => d.Severity >= DiagnosticSeverity.Warning);
        if (orders is not null)
            driver = driver.ReplaceAdditionalText(OrdersFile, orders);
        if (customers is not null)
            driver = driver.ReplaceAdditionalText(CustomersFile, customers);
        return driver.RunGenerators(edit(compilation)).GetRunResult().Results.Single();
    }

    private static Compilation Edit(Compilation compilation, string before, string after)
    {
        SyntaxTree tree = compilation.SyntaxTrees.Single(t => t.ToString() == before);
        return compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From(after, System.Text.Encoding.UTF8)));
    }

    private static List<IncrementalStepRunReason> Reasons(GeneratorRunResult result, string step) =>
        [.. result.TrackedSteps[step].SelectMany(static s => s.Outputs).Select(static o => o.Reason)];

    /// <summary>The reasons of the steps that add source files.</summary>
    private static List<IncrementalStepRunReason> SourceReasons(GeneratorRunResult result) =>
    [
        .. result.TrackedOutputSteps.SelectMany(static pair => pair.Value)
            .Where(static step => step.Inputs.Any(static i => i.Source.Name is TrackingNames.RowModels or TrackingNames.EnumModels or TrackingNames.CompositeModels or TrackingNames.PipelineModels))
            .SelectMany(static step => step.Outputs).Select(static o => o.Reason),
    ];

    private static void AssertOutputsCached(GeneratorRunResult result)
    {
        Assert.NotEmpty(SourceReasons(result));
        Assert.All(SourceReasons(result), static r => Assert.Equal(IncrementalStepRunReason.Cached, r));
    }
}

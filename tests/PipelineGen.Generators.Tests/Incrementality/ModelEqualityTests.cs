using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using PipelineGen.Generators.Model;
using PipelineGen.Generators.Tests.Harness;

namespace PipelineGen.Generators.Tests.Incrementality;

/// <summary>System.Text.Json's list for models: same source, equivalent source, different source, nothing of the compiler inside.</summary>
public sealed class ModelEqualityTests
{
    private const string Source =
        """
        namespace Shop;
        [PostgresTable("public.orders")]
        [StarRocksTable(Properties = ["replication_num=1"])]
        public partial class Order { public partial decimal? Total { get; } }
        [Pipeline("shop", typeof(Order))]
        public partial class ShopPipeline;
        """;

    private static readonly CatalogText Catalog = TestCatalogs.Orders();

    [Fact]
    public void SameSource_EqualModels()
    {
        Assert.Equal(Models(Source), Models(Source));
        Assert.Equal(3, Models(Source).Count);
    }

    [Fact]
    public void EquivalentSource_EqualModels()
    {
        string equivalent = "// A comment, blank lines and another layout.\n\n" + Source.Replace("public partial class Order {", "public\n    partial class Order\n{", StringComparison.Ordinal);

        Assert.Equal(Models(Source), Models(equivalent));
    }

    [Theory]
    [InlineData("decimal? Total", "decimal? Total2")]
    [InlineData("replication_num=1", "replication_num=3")]
    [InlineData("class Order ", "record Order ")]
    public void DifferentSource_DifferentModels(string before, string after)
    {
        string different = Source.Replace(before, after, StringComparison.Ordinal);

        Assert.NotEqual(Models(Source), Models(different));
    }

    [Fact]
    public void Models_HoldNothingOfTheCompiler()
    {
        foreach (object model in Models(Source))
            Walk(model, model.GetType().Name, new HashSet<object>(ReferenceEqualityComparer.Instance));
    }

    private static List<object> Models(string source)
    {
        GeneratorRunResult result = GeneratorRun.Of(source, Catalog).Result.Results.Single();
        return
        [
            .. new[] { TrackingNames.RowModels, TrackingNames.EnumModels, TrackingNames.PipelineModels }
                .SelectMany(name => result.TrackedSteps.TryGetValue(name, out var steps) ? steps.SelectMany(static s => s.Outputs.Select(static o => o.Value)) : []),
        ];
    }

    private static void Walk(object? value, string path, HashSet<object> seen)
    {
        if (value is null || !seen.Add(value))
            return;
        Type type = value.GetType();
        Assert.False(
            type.Assembly == typeof(Compilation).Assembly || type.Assembly == typeof(Microsoft.CodeAnalysis.CSharp.CSharpCompilation).Assembly,
            $"{path} is a {type}");
        if (type.IsPrimitive || type.IsEnum || value is string)
            return;
        if (value is IEnumerable items)
        {
            foreach (object? item in items)
                Walk(item, path + "[]", seen);
            return;
        }

        for (Type? declaring = type; declaring is not null && declaring != typeof(object); declaring = declaring.BaseType)
        {
            foreach (FieldInfo field in declaring.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
                Walk(field.GetValue(value), $"{path}.{field.Name}", seen);
        }
    }
}

using FsCheck;
using FsCheck.Fluent;
using PipelineGen.Cli.Catalog;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;
using PipelineGen.Tests.Catalog;

namespace PipelineGen.Tests.Cli;

public class CatalogDifferenceProperties
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void Equal_files_have_no_difference() => Prop.ForAll(
        CatalogFileGenerator.File.ToArbitrary(),
        file => CatalogDifference.Between(file, CatalogFormat.Read(CatalogFormat.Write(file)).File!).Count == 0).Check(Config);

    /// <summary>Whatever a file says, a change of it is found: each part of one file in turn is put into another.</summary>
    [Fact]
    public void Files_that_are_not_equal_have_a_difference() => Prop.ForAll(
        CatalogFileGenerator.File.Two().ToArbitrary(),
        files => Mixtures(files.Item1, files.Item2).All(mixed =>
            (CatalogDifference.Between(files.Item1, mixed).Count == 0) == (files.Item1 == mixed))).Check(Config);

    [Fact]
    public void Messages_are_one_line() => Prop.ForAll(
        CatalogFileGenerator.File.Two().ToArbitrary(),
        files => CatalogDifference.Between(files.Item1, files.Item2).All(d => !d.Message.Contains('\n', StringComparison.Ordinal))).Check(Config);

    private static IEnumerable<CatalogFile> Mixtures(CatalogFile left, CatalogFile right)
    {
        CatalogTable table = left.Table;
        yield return left with { Server = right.Server };
        yield return left with { Enums = right.Enums };
        yield return left with { Domains = right.Domains };
        yield return left with { Composites = right.Composites };
        yield return left with { Ranges = right.Ranges };
        yield return left with { ExtensionTypes = right.ExtensionTypes };
        yield return left with { Table = table with { Kind = right.Table.Kind } };
        yield return left with { Table = table with { Root = right.Table.Root } };
        yield return left with { Table = table with { Comment = right.Table.Comment } };
        yield return left with { Table = table with { PrimaryKey = right.Table.PrimaryKey } };
        yield return left with { Table = table with { UniqueIndexes = right.Table.UniqueIndexes } };
        yield return left with { Table = table with { ReplicaIdentity = right.Table.ReplicaIdentity } };
        yield return left with { Table = table with { Columns = right.Table.Columns } };
        yield return left with { Table = table with { Columns = table.Columns.Reverse().ToEquatableArray() } };
        if (table.Columns.Count == 0 || right.Table.Columns.Count == 0)
            yield break;
        CatalogColumn mine = table.Columns[0];
        CatalogColumn other = right.Table.Columns[0];
        foreach (CatalogColumn column in new[]
        {
            mine with { Type = other.Type },
            mine with { NotNull = other.NotNull },
            mine with { Default = other.Default },
            mine with { Identity = other.Identity },
            mine with { Generated = other.Generated },
            mine with { Storage = other.Storage },
            mine with { Comment = other.Comment },
        })
        {
            yield return left with { Table = table with { Columns = table.Columns.Skip(1).Prepend(column).ToEquatableArray() } };
        }
    }
}

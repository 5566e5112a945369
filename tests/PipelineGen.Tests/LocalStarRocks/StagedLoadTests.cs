using System.Text;
using Microsoft.AspNetCore.Http;
using PipelineGen.LocalStarRocks.Load.Transactions;
using PipelineGen.LocalStarRocks.Storage;

namespace PipelineGen.Tests.LocalStarRocks;

/// <summary>What waits for a commit: how its pieces are read, and what is written down of it (STARROCKS.md, 2.3, 2.4).</summary>
public sealed class StagedLoadTests
{
    [Theory]
    [InlineData("csv", "1\t1\n23\t4\n")]
    [InlineData("json", "1\t1\n2|3\t4\n")]
    public void Csv_pieces_are_one_text_and_json_ones_are_not(string format, string expected)
    {
        using StagedLoad load = Load(format);
        load.Add("1\t1\n2"u8);
        load.Add("3\t4\n"u8);
        Assert.Equal(expected, Text(load));
    }

    [Fact]
    public void It_survives_on_disk_in_parts_with_its_parameters_and_without_credentials()
    {
        using var store = new SqliteStore(null);
        SqliteHandle db = store.RentReader();
        StagedStore.Create(db);
        using StagedLoad load = Load("json");
        byte[] large = [.. Enumerable.Range(0, 40_000_000).Select(i => (byte)(i % 251))];
        load.Add(large);
        load.Add(""u8);
        load.Add("end"u8);
        StagedStore.Save(db, 7, [load]);
        StagedLoad read = Assert.Single(StagedStore.Read(db, 7));
        Assert.Equal(load.Ends, read.Ends);
        Assert.True(load.AllBytes().Span.SequenceEqual(read.AllBytes().Span));
        Assert.Equal(("t", 3L), (read.Table, read.TableId));
        Assert.True(read.Parameters.SameAs(load.Parameters));
        Assert.Equal("id,v", read.Parameters.Headers("a").Columns);
        Assert.DoesNotContain("secret", read.Parameters.ToJson(), StringComparison.Ordinal);
        StagedStore.Delete(db, 7);
        Assert.Empty(StagedStore.Read(db, 7));
        read.Dispose();
        store.Return(db);
    }

    private static StagedLoad Load(string format)
    {
        var headers = new HeaderDictionary { ["format"] = format, ["Authorization"] = "Basic secret", ["columns"] = "id,v", ["label"] = "a" };
        return new StagedLoad(new TableDefinitionName("t", 3), LoadParameters.Read(headers));
    }

    private static string Text(StagedLoad load) => string.Join('|', load.Bodies().Select(b => Encoding.UTF8.GetString(b.Span)));
}

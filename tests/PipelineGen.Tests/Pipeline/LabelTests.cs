using PipelineGen.Pipeline;
using PipelineGen.Postgres;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Tests.Pipeline;

public class LabelTests
{
    private static readonly string LongestPipeline = new('p', 63);
    private static readonly string LongestTable = new('t', 255);

    [Fact]
    public void The_longest_names_make_labels_that_StarRocks_takes()
    {
        var lane = new TableLane(TableCodec.For<Item>(), Labels.Stem(LongestPipeline, LongestTable)) { LoadsSinceCheckpoint = int.MaxValue };
        string changes = Labels.OfChanges(lane, new Lsn(ulong.MaxValue));
        string chunk = Labels.OfChunk(lane, int.MaxValue, Guid.NewGuid());
        Assert.All([changes, chunk], static label => Assert.Matches("^[-_A-Za-z0-9]{1,128}$", label));
        LoadRequest.ValidateLabel(changes);
        LoadRequest.ValidateLabel(chunk);
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("Größe der Welt")]
    [InlineData("a.b/c d")]
    [InlineData("日本語")]
    public void Any_table_makes_a_legal_label(string table) => Assert.Matches("^[-_A-Za-z0-9]{1,128}$", Labels.Stem("shop", table));

    [Fact]
    public void Labels_are_the_same_on_every_run()
    {
        var lane = new TableLane(TableCodec.For<Item>(), Labels.Stem("shop", "items"));
        Assert.Equal("shop_items-3a79338f_16B374D848_0", Labels.OfChanges(lane, Lsn.Parse("16/B374D848")));
        Assert.Equal("shop_items-3a79338f_chunk_3_0123456789ab", Labels.OfChunk(lane, 3, Guid.Parse("01234567-89ab-cdef-0123-456789abcdef")));
        // FNV-1a's own test vectors.
        Assert.Equal(0x811c9dc5, Labels.Hash(""));
        Assert.Equal(0xe40c292c, Labels.Hash("a"));
        Assert.Equal(0xbf9cf968, Labels.Hash("foobar"));
    }

    [Fact]
    public void Tables_positions_and_loads_are_told_apart()
    {
        string common = new('x', 40);
        var labels = new HashSet<string>(StringComparer.Ordinal);
        foreach (string table in (string[])["orders", "orderS", "order", $"{common}1", $"{common}2", "a.b", "a-b", "a_b"])
        {
            var lane = new TableLane(TableCodec.For<Item>(), Labels.Stem("shop", table));
            for (ulong lsn = 1; lsn < 4; lsn++)
            {
                for (lane.LoadsSinceCheckpoint = 0; lane.LoadsSinceCheckpoint < 12; lane.LoadsSinceCheckpoint++)
                    Assert.True(labels.Add(Labels.OfChanges(lane, new Lsn(lsn))));
            }

            for (int attempt = 0; attempt < 12; attempt++)
                Assert.True(labels.Add(Labels.OfChunk(lane, attempt: 1, Guid.NewGuid())));
        }
    }
}

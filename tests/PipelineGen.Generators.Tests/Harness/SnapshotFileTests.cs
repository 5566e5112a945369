namespace PipelineGen.Generators.Tests.Harness;

/// <summary>The snapshot comparison itself: a comparison that can't fail would make every snapshot pass.</summary>
public sealed class SnapshotFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pipelinegen-snapshots-").FullName;

    private string Verified => Path.Combine(_folder, "A.B#C.verified.cs");

    private string Received => Path.Combine(_folder, "A.B#C.received.cs");

    [Fact]
    public async Task NewText_FailsAndIsLeftBesideTheFile()
    {
        Assert.Contains("which does not exist", await SnapshotFile.CompareAsync(Verified, "a\n", accepts: false), StringComparison.Ordinal);
        Assert.Equal("a\n", await File.ReadAllTextAsync(Received));
    }

    [Fact]
    public async Task OtherText_FailsWithItsDifference()
    {
        await File.WriteAllTextAsync(Verified, "same\nold\n");

        string? problem = await SnapshotFile.CompareAsync(Verified, "same\nnew\n", accepts: false);

        Assert.EndsWith("- old\n+ new", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameText_PassesWhateverItsLineEnds_AndClearsUp()
    {
        await File.WriteAllTextAsync(Verified, "a\r\nb");
        await File.WriteAllTextAsync(Received, "x");

        Assert.Null(await SnapshotFile.CompareAsync(Verified, "a\nb", accepts: false));
        Assert.False(File.Exists(Received));
    }

    [Fact]
    public async Task Accepted_BecomesTheSnapshot()
    {
        Assert.Null(await SnapshotFile.CompareAsync(Verified, "a\n", accepts: true));
        Assert.Equal("a\n", await File.ReadAllTextAsync(Verified));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

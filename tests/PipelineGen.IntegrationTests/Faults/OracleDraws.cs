using System.Globalization;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>How a seed's pipeline and source are set up.</summary>
internal sealed record OracleDraws
{
    public required bool IsTransactional { get; init; }

    public required bool IsText { get; init; }

    public required bool Streams { get; init; }

    /// <summary>Old rows whole in every table's changes, so that nothing is left out of updates; always so in transactions.</summary>
    public required bool HasWholeOldRows { get; init; }

    public required bool IsGzip { get; init; }

    public required bool EncryptsSpill { get; init; }

    /// <summary>Spill files are in a file system of their own, which can be filled up; else their folder is taken away.</summary>
    public required bool HasSmallDisk { get; init; }

    public required int ChunkRows { get; init; }

    public required int Workers { get; init; }

    public required int Writers { get; init; }

    public required string FlushBytes { get; init; }

    public required string FlushInterval { get; init; }

    public required string MaxMemory { get; init; }

    public static OracleDraws Of(int seed)
    {
        Random random = Generator(seed, stream: 0);
        bool isTransactional = random.Next(3) == 0;
        return new OracleDraws
        {
            IsTransactional = isTransactional,
            IsText = random.Next(3) == 0,
            Streams = random.Next(3) > 0,
            HasWholeOldRows = random.Next(4) == 0 || isTransactional,
            IsGzip = random.Next(4) == 0,
            EncryptsSpill = random.Next(2) == 0,
            HasSmallDisk = random.Next(2) == 0,
            ChunkRows = random.Next(150, 600),
            Workers = random.Next(1, 5),
            Writers = random.Next(2, 5),
            FlushBytes = random.Next(3) switch { 0 => "64KB", 1 => "1MB", _ => "32MB" },
            FlushInterval = random.Next(3) switch { 0 => "20ms", 1 => "100ms", _ => "400ms" },
            MaxMemory = random.Next(2) == 0 ? "32MB" : "256MB",
        };
    }

    /// <summary>One of a seed's generators. Those of neighbouring seeds have nothing in common, as Random's own would.</summary>
    public static Random Generator(int seed, int stream)
    {
        // The finaliser of SplitMix64.
        ulong mixed = unchecked((ulong)seed * 0x9E3779B97F4A7C15 + (ulong)stream * 0xD1B54A32D192ED03);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return new Random(unchecked((int)(mixed ^ (mixed >> 31))));
    }

    /// <summary>Settings of the pipeline that follow from the draws.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings => new Dictionary<string, string?>
    {
        ["Source:WireFormat"] = IsText ? "text" : "binary",
        ["Source:Streaming"] = Streams ? "on" : "off",
        ["StarRocks:Consistency"] = IsTransactional ? "transaction" : "table",
        ["StarRocks:Compression"] = IsGzip ? "gzip" : "none",
        ["Pipeline:ChunkRows"] = ChunkRows.ToString(CultureInfo.InvariantCulture),
        ["Pipeline:SnapshotWorkers"] = Workers.ToString(CultureInfo.InvariantCulture),
        ["Pipeline:FlushBytes"] = FlushBytes,
        ["Pipeline:FlushInterval"] = FlushInterval,
        ["Pipeline:MaxMemory"] = MaxMemory,
        ["Pipeline:SpillEncryption"] = EncryptsSpill ? "on" : "off",
        ["Pipeline:HeartbeatInterval"] = "200ms",
    };

    public override string ToString() =>
        $"{(IsTransactional ? "transaction" : "table")} {(IsText ? "text" : "binary")} {(Streams ? "streamed" : "whole")}{(HasWholeOldRows ? " full" : "")}{(IsGzip ? " gzip" : "")} " +
        $"chunks of {ChunkRows} x{Workers}, {Writers} writers, flush {FlushInterval}/{FlushBytes}, memory {MaxMemory}, {(HasSmallDisk ? "small disk" : "folder")}{(EncryptsSpill ? " encrypted" : "")}";
}

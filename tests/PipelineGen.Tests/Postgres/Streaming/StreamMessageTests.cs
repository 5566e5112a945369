using PipelineGen.Postgres;
using PipelineGen.Postgres.Streaming;

namespace PipelineGen.Tests.Postgres.Streaming;

public sealed class StreamMessageTests
{
    [Fact]
    public void Messages_are_read_by_the_documented_formats()
    {
        Assert.Equal(new StreamStartMessage(0xFFFFFFFE, true), StreamStartMessage.Read(StreamedWal.Start(0xFFFFFFFE)));
        Assert.Equal(new StreamStartMessage(7, false), StreamStartMessage.Read(StreamedWal.Start(7, isFirst: false)));
        Assert.Equal(new StreamCommitMessage(7, 0, new Lsn(100), new Lsn(108), -5), StreamCommitMessage.Read(StreamedWal.Commit(7, 100, 108, -5)));
        Assert.Equal(new StreamAbortMessage(7, 9), StreamAbortMessage.Read(StreamedWal.Abort(7, 9)));
    }

    [Fact]
    public void A_message_that_is_too_short_or_too_long_is_refused()
    {
        (byte[] Whole, Action<byte[]> Read)[] kinds =
        [
            (StreamedWal.Start(7), static m => StreamStartMessage.Read(m)),
            (StreamedWal.Commit(7, 100, 108), static m => StreamCommitMessage.Read(m)),
            (StreamedWal.Abort(7, 9), static m => StreamAbortMessage.Read(m)),
        ];
        foreach ((byte[] whole, Action<byte[]> read) in kinds)
        {
            for (int length = 0; length < whole.Length; length++)
                Assert.Throws<PgOutputException>(() => read(whole[..length]));
            Assert.Throws<PgOutputException>(() => read([.. whole, 0]));
        }
    }

    [Fact]
    public void A_transaction_id_of_zero_and_an_unknown_flag_are_refused()
    {
        Assert.Throws<PgOutputException>(static () => StreamStartMessage.Read(StreamedWal.Start(0)));
        Assert.Throws<PgOutputException>(static () => StreamAbortMessage.Read(StreamedWal.Abort(7, 0)));
        byte[] start = StreamedWal.Start(7);
        start[^1] = 2;
        Assert.Throws<PgOutputException>(() => StreamStartMessage.Read(start));
    }
}

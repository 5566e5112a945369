using PipelineGen.Postgres;

namespace PipelineGen.Tests.Postgres;

public class TransactionSnapshotTests
{
    [Theory]
    [InlineData("10:20:12,15", 9, true)]
    [InlineData("10:20:12,15", 10, true)]
    [InlineData("10:20:12,15", 12, false)]
    [InlineData("10:20:12,15", 13, true)]
    [InlineData("10:20:12,15", 15, false)]
    [InlineData("10:20:12,15", 19, true)]
    [InlineData("10:20:12,15", 20, false)]
    [InlineData("10:20:12,15", 21, false)]
    [InlineData("10:10:", 9, true)]
    [InlineData("10:10:", 10, false)]
    [InlineData("4294967300:4294967310:4294967305", 4294967299, true)]
    [InlineData("4294967300:4294967310:4294967305", 4294967305, false)]
    [InlineData("4294967300:4294967310:4294967305", 5, true)]
    [InlineData("18446744073709551614:18446744073709551615:", ulong.MaxValue, false)]
    public void It_sees_what_had_ended(string snapshot, ulong xid, bool sees) =>
        Assert.Equal(sees, TransactionSnapshot.Parse(snapshot, isRecovery: false).Sees(xid));

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    [InlineData(15, false)]
    [InlineData(20, false)]
    public void On_a_standby_everything_from_xmin_on_is_unseen(ulong xid, bool sees) =>
        Assert.Equal(sees, TransactionSnapshot.Parse("10:20:", isRecovery: true).Sees(xid));

    [Fact]
    public void It_is_read_with_its_list_in_order_and_printed_back()
    {
        TransactionSnapshot snapshot = TransactionSnapshot.Parse("10:20:15,12", isRecovery: true);
        Assert.Equal((10ul, 20ul, true), (snapshot.Xmin, snapshot.Xmax, snapshot.IsRecovery));
        Assert.Equal([12ul, 15ul], snapshot.InProgress);
        Assert.Equal("10:20:12,15", snapshot.ToString());
        Assert.Equal("10:10:", TransactionSnapshot.Parse("10:10:", false).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("10:20")]
    [InlineData("10:20:12:13")]
    [InlineData("a:20:")]
    [InlineData("10:20:12,")]
    [InlineData("-1:20:")]
    [InlineData("99999999999999999999:1:")]
    public void Anything_else_is_refused(string text) => Assert.Throws<FormatException>(() => TransactionSnapshot.Parse(text, isRecovery: false));
}

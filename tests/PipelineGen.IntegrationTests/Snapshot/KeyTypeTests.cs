using PipelineGen.IntegrationTests.Faults;

namespace PipelineGen.IntegrationTests.Snapshot;

[PostgresTable("public.keyed_amounts")]
[StarRocksTable("keyed_amounts", Properties = ["replication_num=1"])]
public partial class KeyedAmount;

[PostgresTable("public.keyed_moments")]
[StarRocksTable("keyed_moments", Properties = ["replication_num=1"])]
public partial class KeyedMoment;

[Pipeline("it", typeof(KeyedAmount), typeof(KeyedMoment), typeof(OracleWord), typeof(OracleThing), typeof(OracleLine), typeof(OracleSample))]
public partial class KeyedPipeline;

/// <summary>
/// Keys of every kind that are copied in ranges, under traffic: numeric, timestamptz, text in a collation that no index of the
/// ranges' order supports, uuid, and two composite ones.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class KeyTypeTests(PostgresFixture postgres)
{
    private const string Tables = """
        CREATE TABLE keyed_amounts (amount numeric(20,4) PRIMARY KEY, note text);
        CREATE TABLE keyed_moments (at timestamptz PRIMARY KEY, note text);
        INSERT INTO keyed_amounts SELECT (i - 200) * 1234567.0125, 'n' || i FROM generate_series(1, 400) i;
        INSERT INTO keyed_moments SELECT timestamptz '1899-12-31 23:59:59.999999+00' + i * interval '200 days 0.000001 seconds', 'n' || i FROM generate_series(1, 400) i;
        """;

    private static readonly string Fill = $"""
        INSERT INTO oracle_words SELECT {OracleSchema.Word("i")}, i, 'm' FROM generate_series(1, 400) i;
        INSERT INTO oracle_things SELECT {OracleSchema.Thing("i")}, {OracleSchema.Large("i")}, NULL FROM generate_series(1, 400) i;
        INSERT INTO oracle_lines SELECT {OracleSchema.Doc("i")}, i, i, 'l' FROM generate_series(1, 400) i;
        INSERT INTO oracle_samples SELECT i % 7, {OracleSchema.Moment("i")}, i FROM generate_series(1, 400) i;
        ANALYZE;
        """;

    /// <summary>Changes, key changes, deletes and inserts all over the tables; <c>i</c> is drawn.</summary>
    private static readonly string[] Traffic =
    [
        "UPDATE keyed_amounts SET amount = -amount - 0.5 WHERE amount = ({0} - 200) * 1234567.0125",
        "INSERT INTO keyed_amounts VALUES ({0} * 1000000 + 0.25, 'new') ON CONFLICT (amount) DO UPDATE SET note = 'again'",
        "DELETE FROM keyed_amounts WHERE amount = (199 - {0}) * 1234567.0125",
        "UPDATE keyed_moments SET at = at + interval '40000 days', note = 'moved' WHERE note = 'n{0}'",
        "DELETE FROM keyed_moments WHERE note = 'n' || (401 - {0})",
        $"UPDATE oracle_words SET word = word || '!' WHERE word = {OracleSchema.Word("{0}")}",
        $"DELETE FROM oracle_words WHERE word = {OracleSchema.Word("(401 - {0})")}",
        $"INSERT INTO oracle_words VALUES ({OracleSchema.Word("({0} + 400)")}, 1, 'new') ON CONFLICT DO NOTHING",
        $"UPDATE oracle_things SET id = ('f' || substr(md5('{{0}}'), 2))::uuid WHERE id = {OracleSchema.Thing("{0}")}",
        $"UPDATE oracle_things SET tags = ARRAY['t'] WHERE id = {OracleSchema.Thing("(401 - {0})")}",
        "UPDATE oracle_lines SET doc = 'moved' WHERE line = {0}",
        "UPDATE oracle_lines SET qty = -1 WHERE line = 401 - {0}",
        "UPDATE oracle_samples SET sensor = 6 - sensor WHERE value = {0}",
        "DELETE FROM oracle_samples WHERE value = 401 - {0}",
    ];

    [Fact]
    public async Task Every_kind_of_key_is_copied_in_ranges_under_traffic()
    {
        const int seed = 137;
        await using var test = await PipelineUnderTest<KeyedPipeline>.CreateAsync(postgres, OracleSchema.Create + Tables + Fill);
        test.Target.Faults.SlowAnswers = TimeSpan.FromMilliseconds(20);
        test.Start();
        var random = new Random(seed);
        int copying = 0;
        for (int i = 0; i < 2000 && !test.Running!.Progress.IsSnapshotComplete; i++)
        {
            await test.Database.ExecuteAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, Traffic[random.Next(Traffic.Length)], random.Next(1, 401)));
            copying++;
        }

        test.Target.Faults.SlowAnswers = TimeSpan.Zero;
        await test.AssertSameAsync();
        Assert.True(copying > 20, $"seed {seed}: only {copying} changes fell into the copy");
        foreach (string table in new[] { "keyed_amounts", "keyed_moments", "oracle_words", "oracle_things", "oracle_lines", "oracle_samples" })
            Assert.True(test.Copy(table).RangesDone > 3, $"{table} was copied in {test.Copy(table).RangesDone} ranges");
        await test.StopAsync();
    }
}

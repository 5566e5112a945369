using System.Globalization;
using Npgsql;
using PipelineGen.Postgres;

namespace PipelineGen.IntegrationTests.Postgres.Keys;

/// <summary>Checks that the server and <see cref="KeyEncoding"/> order and split the rows of a table alike.</summary>
internal static class KeyAgreement
{
    /// <summary>Session settings as the pipeline has them, on a connection of its own.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(TestDatabase database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(SourceSession.ForQueries(database.ConnectionString)) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params string[][] arrays)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (string[] array in arrays)
            command.Parameters.Add(new NpgsqlParameter { Value = array });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Makes the table anew with values of its types from the seed.</summary>
    /// <param name="keep">Which input texts the database can hold.</param>
    public static async Task FillAsync(NpgsqlConnection connection, KeyTable table, int rows, int seed, Func<string, bool>? keep = null)
    {
        var random = new Random(seed);
        await ExecuteAsync(connection, $"DROP TABLE IF EXISTS t; CREATE TABLE t ({table.Columns})");
        string[][] values;
        if (table.ColumnTypes.Count == 1)
        {
            values = [[.. KeyTable.Values(table.ColumnTypes[0], rows, random).Where(keep ?? (static _ => true))]];
        }
        else
        {
            // Few values a column, so that the later columns decide.
            List<string>[] few = [.. table.ColumnTypes.Select(t => KeyTable.Values(t, 3, random).Where(keep ?? (static _ => true)).ToList())];
            values = [.. few.Select(f => Enumerable.Range(0, rows * 2).Select(_ => f[random.Next(f.Count)]).ToArray())];
        }

        await ExecuteAsync(connection, table.Insert, values);
        await ExecuteAsync(connection, "ANALYZE t");
    }

    /// <summary>Order, both formats, boundaries and ranges of a filled table.</summary>
    public static async Task CheckAsync(NpgsqlConnection connection, KeyTable table, string context)
    {
        SourceKey key = await SourceKey.ReadAsync(connection, table.Layout, CancellationToken.None);
        KeyEncoding encoding = KeyEncoding.Of(table.Layout);
        List<KeyRow> rows = await KeyRow.ReadAsync(connection, table, key);
        Assert.True(rows.Count > 1, context);
        bool hasRawBytes = table.ColumnTypes.Contains("\"char\"");
        for (int i = 0; i < rows.Count; i++)
        {
            string row = $"{context}: row {i}, ({string.Join(", ", rows[i].Values)})";
            Assert.True(rows[i].Binary.AsSpan().SequenceEqual(rows[i].Text), $"{row}: binary {Hex(rows[i].Binary)}, text {Hex(rows[i].Text)}");
            if (!hasRawBytes)
                Assert.True(rows[i].Binary.AsSpan().SequenceEqual(encoding.Encode(rows[i].Values)), $"{row}: as a boundary {Hex(encoding.Encode(rows[i].Values))}, as a row {Hex(rows[i].Binary)}");
            if (i == 0)
                continue;
            int order = rows[i - 1].Binary.AsSpan().SequenceCompareTo(rows[i].Binary);
            Assert.True(Math.Sign(order) == Math.Sign(rows[i - 1].Rank - rows[i].Rank), $"{row} behind ({string.Join(", ", rows[i - 1].Values)}): {Hex(rows[i - 1].Binary)}, {Hex(rows[i].Binary)}");
            Assert.True(order == 0 || !rows[i].Binary.AsSpan().StartsWith(rows[i - 1].Binary), $"{row} begins with the one before");
        }

        await CheckRangesAsync(connection, key, encoding, rows, await FoundAsync(connection, key, Math.Max(rows.Count / 9, 1)), $"{context}, found");
        foreach (long estimate in (long[])[-1, rows.Count, 1_000_000_000])
        {
            IReadOnlyList<IReadOnlyList<string>> sampled = await key.SampleBoundariesAsync(connection, 6, estimate, CancellationToken.None);
            Assert.True(sampled.Count <= 5, context);
            await CheckRangesAsync(connection, key, encoding, rows, sampled, $"{context}, sampled with estimate {estimate}");
        }
    }

    /// <summary>The boundaries of a walk through the table; each range but the last has its rows, more only where keys are equal.</summary>
    private static async Task<List<IReadOnlyList<string>>> FoundAsync(NpgsqlConnection connection, SourceKey key, long rows)
    {
        var boundaries = new List<IReadOnlyList<string>>();
        IReadOnlyList<string>? after = null;
        while (await key.FindBoundaryAsync(connection, new KeyRange(after, null), rows, CancellationToken.None) is { } boundary)
        {
            boundaries.Add(boundary);
            after = boundary;
        }

        return boundaries;
    }

    private static async Task CheckRangesAsync(
        NpgsqlConnection connection, SourceKey key, KeyEncoding encoding, List<KeyRow> rows, IReadOnlyList<IReadOnlyList<string>> boundaries, string context)
    {
        List<KeyRange> ranges = [.. Enumerable.Range(0, boundaries.Count + 1).Select(i => new KeyRange(i == 0 ? null : boundaries[i - 1], i == boundaries.Count ? null : boundaries[i]))];
        List<byte[]> bounds = [.. boundaries.Select(encoding.Encode)];
        await using (var command = new NpgsqlCommand($"SELECT ARRAY[{string.Join(", ", ranges.Select(r => $"({key.Condition(r)})"))}] FROM t ORDER BY {key.Order}", connection))
        {
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
            for (int row = 0; await reader.ReadAsync(); row++)
            {
                bool[] isIn = await reader.GetFieldValueAsync<bool[]>(0);
                int expected = bounds.Count(b => b.AsSpan().SequenceCompareTo(rows[row].Binary) < 0);
                Assert.True(isIn.Count(static i => i) == 1 && isIn[expected], string.Create(CultureInfo.InvariantCulture,
                    $"{context}: row {row}, ({string.Join(", ", rows[row].Values)}), is in range {expected} by its bytes and in {string.Join(", ", isIn)} on the server"));
            }
        }

        long counted = 0;
        foreach (KeyRange range in ranges)
        {
            await using var count = new NpgsqlCommand($"SELECT count(*) FROM t WHERE {key.Condition(range)}", connection);
            counted += (long)(await count.ExecuteScalarAsync())!;
        }

        Assert.True(rows.Count == counted, $"{context}: {rows.Count} rows, {counted} in the ranges");
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 80)));
}

using System.Globalization;
using Npgsql;

namespace PipelineGen.IntegrationTests;

/// <summary>
/// Random committed and rolled-back transactions over the tests' tables, by several writers, from a seed: inserts, updates
/// with and without the out-of-line columns, key changes, deletes, rows of an append table, now and then a TRUNCATE.
/// </summary>
internal sealed class RandomWorkload(string connectionString, int seed)
{
    private static readonly string[] Uuids = [.. Enumerable.Range(0, 40).Select(static i => $"00000000-0000-4000-8000-{i:000000000000}")];

    /// <summary>Transactions that were committed.</summary>
    public int Committed { get; private set; }

    /// <summary>Runs so many transactions, over connections of its own; goes on after a lost connection.</summary>
    public async Task RunAsync(int transactions, int writers = 3, Func<int, Task>? between = null) =>
        await Task.WhenAll(Enumerable.Range(0, writers).Select(w => WriteAsync(w, transactions / writers, between)));

    private async Task WriteAsync(int writer, int transactions, Func<int, Task>? between)
    {
        var random = new Random(seed + writer);
        for (int i = 0; i < transactions; i++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString);
                await connection.OpenAsync();
                await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
                int statements = random.Next(10) == 0 ? random.Next(20, 60) : random.Next(1, 5);
                for (int s = 0; s < statements; s++)
                {
                    await using var command = new NpgsqlCommand(Statement(random), connection);
                    await command.ExecuteNonQueryAsync();
                }

                if (random.Next(10) == 0)
                    await transaction.RollbackAsync();
                else
                    await transaction.CommitAsync();
                Committed++;
            }
            catch (Exception error) when (error is PostgresException { SqlState: "23505" or "40P01" or "57P01" or "57P03" } or NpgsqlException { InnerException: not null } || error is NpgsqlException)
            {
                // A key that is taken, a deadlock, or a server that is being restarted under us.
            }

            if (between is not null)
                await between(i);
        }
    }

    private static string Statement(Random random)
    {
        int id = random.Next(1, 200);
        int other = random.Next(1, 200);
        string text = Text(random);
        string large = random.Next(2) == 0 ? text : string.Concat(Enumerable.Repeat(text, 1)) + new string((char)('a' + random.Next(26)), 3000 + random.Next(4000));
        string uuid = Uuids[random.Next(Uuids.Length)];
        string stamp = FormattableString.Invariant($"2024-01-01 00:00:00.{random.Next(1_000_000):000000}");
        int table = random.Next(230);
        return table switch
        {
            0 => "TRUNCATE notes",
            < 30 => $"INSERT INTO notes VALUES ({id}, '{text}', {Nullable(random, $"'{large}'")}, {random.Next(-99999, 99999)}.{random.Next(100):00}, now()) ON CONFLICT (id) DO UPDATE SET title = excluded.title, amount = excluded.amount",
            < 45 => $"UPDATE notes SET amount = {random.Next(1000)}.5, at = '{stamp}+03' WHERE id = {id}",
            < 55 => $"DELETE FROM notes WHERE id = {id}",
            < 60 => $"UPDATE notes SET id = {other} WHERE id = {id} AND NOT EXISTS (SELECT FROM notes WHERE id = {other})",
            < 85 => $"INSERT INTO documents VALUES ({id}, '{text}', '{large}', '{{\"n\": {random.Next()}, \"t\": [1, null, \"x\"]}}', decode('{Convert.ToHexString(Bytes(random))}', 'hex')) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            < 110 => $"UPDATE documents SET title = '{text}' WHERE id = {id}",
            < 115 => $"UPDATE documents SET scan = NULL, extra = NULL WHERE id = {id}",
            < 125 => $"UPDATE documents SET id = {other} WHERE id = {id} AND NOT EXISTS (SELECT FROM documents WHERE id = {other})",
            < 132 => $"DELETE FROM documents WHERE id = {id}",
            < 145 => $"INSERT INTO readings VALUES ('st-{id % 7}', '{stamp}', {(random.NextDouble() * 1e6).ToString("R", CultureInfo.InvariantCulture)}, '{{1,NULL,{id}}}') ON CONFLICT DO NOTHING",
            < 155 => $"DELETE FROM readings WHERE station = 'st-{id % 7}'",
            < 170 => $"INSERT INTO archive VALUES ('{uuid}', '{large}', ARRAY['{text}', NULL, 'NULL']) ON CONFLICT (id) DO UPDATE SET tags = excluded.tags",
            < 180 => $"UPDATE archive SET tags = NULL WHERE id = '{uuid}'",
            < 184 => $"DELETE FROM archive WHERE id = '{uuid}'",
            < 194 => $"INSERT INTO events VALUES ({id}, date '2024-07-01' + {random.Next(400)}, '{text}') ON CONFLICT DO NOTHING",
            < 197 => $"UPDATE events SET day = day + 200 WHERE id = {id} AND day < '2024-12-01'",
            < 200 => $"DELETE FROM events WHERE id = {id}",
            200 when random.Next(5) == 0 => "TRUNCATE clicks",
            _ => $"INSERT INTO clicks SELECT '{stamp}+00', '{text}', {random.Next(100)}.5, {id} * i FROM generate_series(1, {random.Next(1, 6)}) AS i",
        };
    }

    private static string Nullable(Random random, string value) => random.Next(4) == 0 ? "NULL" : value;

    private static byte[] Bytes(Random random)
    {
        byte[] bytes = new byte[random.Next(3) == 0 ? 4000 : random.Next(20)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random)
    {
        string[] odd = ["", "plain", "quote '' and \"", "back\\slash \\N", "tab\tline\nend", "\u00e4\u20ac\U0001F600", "{\"json\": 1}", "NULL"];
        return odd[random.Next(odd.Length)] + random.Next(1000);
    }
}

using Npgsql;

namespace Shop.Demo;

/// <summary>
/// Writers on connections of their own that do to the shop what applications do: inserts, updates, deletes, changed keys,
/// transactions over several tables, rollbacks, and updates that don't touch the large values beside them.
/// </summary>
internal sealed class LiveTraffic(string connectionString, int seed, TimeProvider time)
{
    private const int Writers = 4;

    /// <summary>The pause between a writer's transactions: the demo leaves some of the machine to the pipeline.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(4);

    private readonly TrafficCounts _counts = new();

    /// <summary>What was done so far.</summary>
    public TrafficSnapshot Counts => _counts.Read();

    /// <summary>Writes until the time is over; the last transactions are brought to their end.</summary>
    public async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using ITimer timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), over, duration, Timeout.InfiniteTimeSpan);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(writer, over.Token, cancellationToken)));
    }

    private async Task WriteAsync(int writer, CancellationToken over, CancellationToken cancellationToken)
    {
        var values = new OddValues(new Random(seed + 1 + writer));
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        while (!over.IsCancellationRequested)
        {
            await TransactAsync(connection, values, cancellationToken);
            await Task.Delay(Pace, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TransactAsync(NpgsqlConnection connection, OddValues values, CancellationToken cancellationToken)
    {
        bool rollBack = values.OneIn(15);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        var done = new TrafficCounts();
        try
        {
            // Usually one change, sometimes a few, over tables as they come.
            int changes = values.OneIn(4) ? values.Random.Next(2, 7) : 1;
            for (int i = 0; i < changes; i++)
            {
                (TrafficKind kind, NpgsqlCommand command) = ShopStatements.Next(values);
                await using (command)
                {
                    command.Connection = connection;
                    done.Add(kind, await command.ExecuteNonQueryAsync(cancellationToken));
                }
            }

            if (rollBack)
                await transaction.RollbackAsync(cancellationToken);
            else
                await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure || refused.SqlState.StartsWith("23", StringComparison.Ordinal))
        {
            // Writers meet: a deadlock, a product that an item still names, a key that is taken. Real traffic has them too.
            await transaction.RollbackAsync(cancellationToken);
            rollBack = true;
        }

        if (rollBack)
            _counts.AddRollback();
        else
            _counts.AddCommit(done);
    }
}

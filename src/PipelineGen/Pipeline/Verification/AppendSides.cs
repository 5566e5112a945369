using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;
using PipelineGen.Rows;

namespace PipelineGen.Pipeline;

/// <summary>An append table of a verification.</summary>
internal sealed class AppendSides(VerifiedSides sides, TableLayout layout) : IBagSides
{
    public bool IsLive => sides.IsLive;

    public IAsyncEnumerable<CanonicalRow> ReadSourceAsync(CancellationToken cancellationToken) => ReadAllAsync(sides, layout, cancellationToken);

    public IAsyncEnumerable<CanonicalRow> ReadTargetAsync(CancellationToken cancellationToken) => TargetRows.ReadAsync(sides.Target, layout, cancellationToken);

    public Task PassAsync(CancellationToken cancellationToken) => sides.PassAsync(cancellationToken);

    public Task<bool> OutlastWritersAsync(CancellationToken cancellationToken) => sides.OutlastWritersAsync(layout, cancellationToken);

    /// <summary>All rows of a table in the source, under a snapshot taken now.</summary>
    public static async IAsyncEnumerable<CanonicalRow> ReadAllAsync(VerifiedSides sides, TableLayout layout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await sides.Open(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
            await using (var command = new NpgsqlCommand(SourceRows.Lock(layout), connection))
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            string select = $"SELECT {SourceRows.Columns(layout)} FROM {SourceRows.Table(layout)}";
            await foreach (CanonicalRow row in SourceRows.ReadAsync(connection, layout, select, [], cancellationToken).ConfigureAwait(false))
                yield return row;
        }
    }
}

using System.Globalization;
using PipelineGen.Rows;
using PipelineGen.StarRocks;

namespace PipelineGen.Pipeline;

/// <summary>
/// Compares how many source rows belong into the quarantine with how many of the table are there. Which rows these are, a policy
/// tells row by row: a count that is off is settled by counting the source before and after, which are scans of the table.
/// </summary>
internal sealed class QuarantineComparison(VerifiedSides sides, TableLayout layout, string pipeline)
{
    private const int MaxRounds = 5;

    public async Task<TableVerification> RunAsync(TableVerification compared, CancellationToken cancellationToken)
    {
        long held = await CountHeldAsync(cancellationToken).ConfigureAwait(false);
        if (!sides.IsLive || held == compared.QuarantinedRows)
            return compared with { RowsInQuarantine = held };
        long before = await CountSourceAsync(cancellationToken).ConfigureAwait(false);
        int confirmed = 0;
        for (int round = 1; round <= MaxRounds; round++)
        {
            await sides.PassAsync(cancellationToken).ConfigureAwait(false);
            held = await CountHeldAsync(cancellationToken).ConfigureAwait(false);
            bool isComplete = await sides.OutlastWritersAsync(layout, cancellationToken).ConfigureAwait(false);
            long after = await CountSourceAsync(cancellationToken).ConfigureAwait(false);
            if (held == before || held == after)
                return compared with { QuarantinedRows = held, RowsInQuarantine = held };
            confirmed = isComplete && before == after ? confirmed + 1 : 0;
            if (confirmed == Settlement.Confirmations)
                return compared with { QuarantinedRows = after, RowsInQuarantine = held };
            before = after;
            await sides.PauseAsync(round, cancellationToken).ConfigureAwait(false);
        }

        return compared with { QuarantinedRows = before, UnsettledRows = compared.UnsettledRows + Math.Abs(before - held) };
    }

    private async Task<long> CountSourceAsync(CancellationToken cancellationToken)
    {
        long count = 0;
        await foreach (CanonicalRow row in AppendSides.ReadAllAsync(sides, layout, cancellationToken).ConfigureAwait(false))
            count += row.IsQuarantined ? 1 : 0;
        return count;
    }

    private async Task<long> CountHeldAsync(CancellationToken cancellationToken)
    {
        SqlResult result = await sides.Target.QueryAsync(QuarantineTable.CountByTable(pipeline), cancellationToken).ConfigureAwait(false);
        return result.Rows.Where(row => row[0] == layout.FullName).Select(static row => long.Parse(row[1]!, CultureInfo.InvariantCulture)).FirstOrDefault();
    }
}

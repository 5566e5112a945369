namespace PipelineGen.Pipeline;

/// <summary>What one reading of the source found under a key.</summary>
/// <param name="Row">Hash of the row that belongs into the target; null when there is none, or a policy keeps it out.</param>
/// <param name="Version">Which version of the row that is: another one after every change, even to the same values. Null when there is no row.</param>
internal readonly record struct SourceState(UInt128? Row, string? Version = null, bool IsQuarantined = false);

/// <summary>How a key that looked different came out.</summary>
internal enum SettledAs
{
    Same,
    Different,

    /// <summary>It changed whenever it was looked at.</summary>
    Unsettled,
}

/// <summary>One key's outcome.</summary>
/// <param name="Source">The reading that the outcome rests on.</param>
/// <param name="Target">Hash of the target's row; null when there is none.</param>
internal readonly record struct SettledKey(CanonicalKey Key, SettledAs As, SourceState Source, UInt128? Target);

/// <summary>The two sides of a table, by key, as <see cref="Settlement"/> asks them. Rows are given back as hashes: keys may be many and rows large.</summary>
internal interface IKeyedSides
{
    /// <summary>The source under a snapshot taken now; keys without a row may be left out.</summary>
    Task<IReadOnlyDictionary<UInt128, SourceState>> ReadSourceAsync(IReadOnlyList<CanonicalKey> keys, CancellationToken cancellationToken);

    /// <summary>Waits until all that the source has committed by now is in the target.</summary>
    Task PassAsync(CancellationToken cancellationToken);

    /// <summary>The target as it is now; keys without a row are left out.</summary>
    Task<IReadOnlyDictionary<UInt128, UInt128>> ReadTargetAsync(IReadOnlyList<CanonicalKey> keys, CancellationToken cancellationToken);

    /// <summary>Waits a while until the transactions that write to the source's table now have ended; false when one has not.</summary>
    Task<bool> OutlastWritersAsync(CancellationToken cancellationToken);

    /// <summary>Lets some time go by before the next round.</summary>
    Task PauseAsync(int round, CancellationToken cancellationToken);
}

/// <summary>
/// Tells changes that were under way from differences, key by key, while both sides move. A round reads the source (r1), waits
/// until the stored position has passed what r1 saw, reads the target (t), waits until those have ended who wrote to the table
/// then, and reads the source again (r2).
/// </summary>
/// <remarks>
/// Why that is exact: for one key the transactions that a snapshot sees are a prefix of commit order (POSTGRES.md, F3), and what
/// the target has is such a prefix too. It is no shorter than r1's, since the position has passed it. It may be longer than what
/// any snapshot saw when t was read, because a commit is streamed before it is visible (F2); but a transaction keeps its lock on
/// the table until it is visible, so that after the wait r2 sees all that t has. So t is the key's value at r1, at r2 or somewhere
/// between. Is it that of r1 or r2, the key is fine. Is it neither, and r1 and r2 are the same version of the row, there is nothing
/// between: a difference, which a second round confirms, since a target may show a load that it has confirmed a moment late
/// (STARROCKS.md 1.5, Publish Timeout). Where the source has no row there is no version to compare; a row that came and went
/// between r1 and r2 is then possible, and it takes one round more with the same surplus row to call it a difference.
/// </remarks>
internal sealed class Settlement(IKeyedSides sides)
{
    /// <summary>Rounds after which a key that changes every time is left alone.</summary>
    internal const int MaxRounds = 10;

    /// <summary>Rounds that must have found the same difference.</summary>
    internal const int Confirmations = 2;

    /// <summary>The outcome of each key, in the order of <paramref name="keys"/>.</summary>
    public async Task<IReadOnlyList<SettledKey>> RunAsync(IReadOnlyList<CanonicalKey> keys, CancellationToken cancellationToken)
    {
        var outcomes = new SettledKey?[keys.Count];
        List<Candidate> pending = [.. keys.Select(static (key, at) => new Candidate(key, at))];
        IReadOnlyDictionary<UInt128, SourceState> before = pending.Count == 0 ? new Dictionary<UInt128, SourceState>() : await sides.ReadSourceAsync(keys, cancellationToken).ConfigureAwait(false);
        for (int round = 1; pending.Count > 0; round++)
        {
            List<CanonicalKey> open = [.. pending.Select(static candidate => candidate.Key)];
            await sides.PassAsync(cancellationToken).ConfigureAwait(false);
            IReadOnlyDictionary<UInt128, UInt128> target = await sides.ReadTargetAsync(open, cancellationToken).ConfigureAwait(false);
            bool isComplete = await sides.OutlastWritersAsync(cancellationToken).ConfigureAwait(false);
            IReadOnlyDictionary<UInt128, SourceState> after = await sides.ReadSourceAsync(open, cancellationToken).ConfigureAwait(false);
            var still = new List<Candidate>();
            foreach (Candidate candidate in pending)
            {
                UInt128 hash = candidate.Key.Hash;
                UInt128? found = target.TryGetValue(hash, out UInt128 row) ? row : null;
                SettledAs? outcome = candidate.Judge(before.GetValueOrDefault(hash), found, after.GetValueOrDefault(hash), isComplete);
                if (outcome is null && round == MaxRounds)
                    outcome = SettledAs.Unsettled;
                if (outcome is { } settled)
                    outcomes[candidate.At] = new SettledKey(candidate.Key, settled, after.GetValueOrDefault(hash).Row == found ? after.GetValueOrDefault(hash) : Agreed(settled, before, after, hash), found);
                else
                    still.Add(candidate);
            }

            pending = still;
            before = after;
            if (pending.Count > 0)
                await sides.PauseAsync(round, cancellationToken).ConfigureAwait(false);
        }

        return [.. outcomes.Select(static outcome => outcome!.Value)];
    }

    /// <summary>The same as the earlier reading, if it is not the later one that the target's row is the same as.</summary>
    private static SourceState Agreed(SettledAs outcome, IReadOnlyDictionary<UInt128, SourceState> before, IReadOnlyDictionary<UInt128, SourceState> after, UInt128 hash) =>
        (outcome == SettledAs.Same ? before : after).GetValueOrDefault(hash);

    private sealed class Candidate(CanonicalKey key, int at)
    {
        private int _confirmed;
        private UInt128? _target;

        public CanonicalKey Key { get; } = key;

        public int At { get; } = at;

        /// <summary>Null while it can't be told.</summary>
        public SettledAs? Judge(SourceState before, UInt128? target, SourceState after, bool isComplete)
        {
            if (target == before.Row || target == after.Row)
                return SettledAs.Same;
            if (!isComplete || before != after)
            {
                _confirmed = 0;
                return null;
            }

            bool isAbsent = after.Version is null;
            _confirmed = isAbsent && _confirmed > 0 && _target != target ? 1 : _confirmed + 1;
            _target = target;
            return _confirmed >= (isAbsent ? Confirmations + 1 : Confirmations) ? SettledAs.Different : null;
        }
    }
}

using System.Globalization;

namespace PipelineGen.Postgres;

/// <summary>
/// <c>pg_current_snapshot()</c>: which top-level transactions, in 64-bit ids, are visible (POSTGRES.md, F4).
/// </summary>
/// <param name="InProgress">Ids between Xmin and Xmax that were still running, sorted.</param>
/// <param name="IsRecovery">Taken on a hot standby, where the server leaves <paramref name="InProgress"/> empty (F5).</param>
public sealed record TransactionSnapshot(ulong Xmin, ulong Xmax, IReadOnlyList<ulong> InProgress, bool IsRecovery = false)
{
    /// <summary>Sees nothing.</summary>
    public static TransactionSnapshot Empty { get; } = new(0, 0, []);

    /// <summary>Whether the snapshot sees the transaction: the only exact test there is (F2).</summary>
    public bool Sees(ulong xid)
    {
        if (xid < Xmin)
            return true;
        // On a standby nothing is known about the ids from xmin on: they count as not visible (F5).
        return !IsRecovery && xid < Xmax && !InProgress.Contains(xid);
    }

    /// <exception cref="FormatException">Not the text form <c>xmin:xmax:xip_list</c>.</exception>
    public static TransactionSnapshot Parse(string text, bool isRecovery)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        if (parts.Length != 3)
            throw new FormatException($"'{text}' is not a pg_snapshot");
        ulong[] running = parts[2].Length == 0 ? [] : [.. parts[2].Split(',').Select(Id)];
        Array.Sort(running);
        return new TransactionSnapshot(Id(parts[0]), Id(parts[1]), running, isRecovery);

        ulong Id(string digits) => ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong id)
            ? id
            : throw new FormatException($"'{text}' is not a pg_snapshot");
    }

    public override string ToString() => $"{Xmin}:{Xmax}:{string.Join(',', InProgress)}";
}

/// <summary>Widens the 32-bit transaction id of a Begin message by the epoch nearest to a known 64-bit id (POSTGRES.md, F4).</summary>
public sealed class XidEpoch(ulong reference)
{
    private ulong _reference = reference;

    /// <summary>The 64-bit id; it becomes the reference, so that a stream may run for any number of epochs.</summary>
    public ulong Widen(uint xid)
    {
        ulong candidate = (_reference & 0xFFFFFFFF_00000000) | xid;
        const ulong half = 1UL << 31;
        if (candidate > _reference && candidate - _reference > half && candidate >= 1UL << 32)
            candidate -= 1UL << 32;
        else if (candidate < _reference && _reference - candidate > half)
            candidate += 1UL << 32;
        return _reference = candidate;
    }
}

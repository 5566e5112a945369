using System.Globalization;

namespace PipelineGen.StarRocks;

/// <summary>What the target is, read from itself; of a version that can't be read no feature is assumed. STARROCKS.md sections 2.8, 3, 4, 6.1, 7.</summary>
/// <param name="VersionText">What <c>current_version()</c> gave, or <c>version()</c> where the server has no such function.</param>
/// <param name="Comment"><c>@@version_comment</c>, empty when the server doesn't tell.</param>
public sealed record StarRocksServer(string VersionText, string Comment)
{
    /// <summary>The version as numbers, or <see langword="null"/>: a build of a branch (<c>main-abc</c>), or no StarRocks.</summary>
    public Version? Version { get; init; }

    /// <summary>First number of the version, 0 when it is unknown.</summary>
    public int Major => Version?.Major ?? 0;

    /// <summary>Second number.</summary>
    public int Minor => Version?.Minor ?? 0;

    /// <summary>Third number.</summary>
    public int Patch => Version?.Build ?? 0;

    /// <summary>It is not StarRocks but a stand-in for tests, and says so.</summary>
    public bool IsStandIn => VersionText.Contains("stand-in", StringComparison.OrdinalIgnoreCase) || Comment.Contains("stand-in", StringComparison.OrdinalIgnoreCase);

    /// <summary>Transactions over several tables (4.0).</summary>
    public bool MultiTableTransactions => Has(4, 0, 0);

    /// <summary>The header <c>prepared_timeout</c> (3.5.4).</summary>
    public bool PreparedTimeout => Has(3, 5, 4);

    /// <summary><c>ALTER TABLE ... RENAME COLUMN</c> (3.3.2).</summary>
    public bool RenameColumn => Has(3, 3, 2);

    /// <summary>Merge commit (3.4).</summary>
    public bool MergeCommit => Has(3, 4, 0);

    /// <summary>BEGIN and COMMIT over SQL (3.5).</summary>
    public bool SqlTransactions => Has(3, 5, 0);

    /// <summary>DECIMAL of 39 to 76 digits (4.0).</summary>
    public bool Decimal256 => Has(4, 0, 0);

    /// <summary>Compressed JSON bodies (3.2.7).</summary>
    public bool CompressedJson => Has(3, 2, 7);

    /// <summary>Takes the answers apart.</summary>
    /// <param name="currentVersion">What <c>current_version()</c> gave; <see langword="null"/> where the server doesn't know the function, and so is hardly StarRocks.</param>
    /// <param name="version">What <c>version()</c> gave: the MySQL version that is imitated.</param>
    /// <param name="comment">What <c>@@version_comment</c> gave.</param>
    public static StarRocksServer Of(string? currentVersion, string version, string comment) =>
        string.IsNullOrEmpty(currentVersion)
            ? new StarRocksServer(version, comment)
            : new StarRocksServer(currentVersion, comment) { Version = Parse(currentVersion) };

    /// <summary>One line for a person: what it is and which of the features it has.</summary>
    public string Describe()
    {
        (string Name, bool Has)[] features =
        [
            ("multi-table transactions", MultiTableTransactions),
            ("prepared timeout", PreparedTimeout),
            ("SQL transactions", SqlTransactions),
            ("merge commit", MergeCommit),
            ("rename column", RenameColumn),
            ("DECIMAL256", Decimal256),
            ("compressed JSON", CompressedJson),
        ];
        string what = Version is null ? "unknown server" : IsStandIn ? "stand-in for StarRocks" : "StarRocks";
        string comment = Comment.Length == 0 || VersionText.Contains(Comment, StringComparison.Ordinal) ? "" : $" ({Comment})";
        string has = string.Join(", ", features.Where(static feature => feature.Has).Select(static feature => feature.Name));
        string lacks = string.Join(", ", features.Where(static feature => !feature.Has).Select(static feature => feature.Name));
        return $"{what} {VersionText}{comment}: {(has.Length == 0 ? "no feature assumed" : has)}{(has.Length > 0 && lacks.Length > 0 ? "; not: " + lacks : "")}";
    }

    private bool Has(int major, int minor, int patch) => Version is not null && Version >= new Version(major, minor, patch);

    // "3.5.2-abcdef", "4.0.0-RC1", "3.5.2 abcdef": three numbers, or two, before anything else.
    private static Version? Parse(string text)
    {
        int end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
        {
            end++;
        }

        string[] parts = text[..end].Split('.');
        int[] numbers = [0, 0, 0];
        if (parts.Length < 2)
        {
            return null;
        }

        for (int i = 0; i < Math.Min(parts.Length, numbers.Length); i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return new Version(numbers[0], numbers[1], numbers[2]);
    }
}

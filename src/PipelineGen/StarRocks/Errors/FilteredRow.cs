using System.Text.RegularExpressions;

namespace PipelineGen.StarRocks;

/// <summary>Why one row was refused, as its line at ErrorURL says. STARROCKS.md sections 1.6 and 1.7.</summary>
/// <param name="Column">The column, where the line is one of the known texts.</param>
/// <param name="Reason">The line, shortened. It may quote values of the row.</param>
public sealed partial record FilteredRow(string? Column, string Reason)
{
    private const int MaxReasonLength = 500;

    /// <summary>Column and reason, for a person.</summary>
    public override string ToString() => Column is null ? Reason : $"column '{Column}': {Reason}";

    internal static FilteredRow Parse(ReadOnlySpan<char> line)
    {
        string text = line.ToString();

        // "Error: <reason>. Row: <the row>": what stands in the row is no reason.
        int row = text.IndexOf(" Row: ", StringComparison.Ordinal);
        string reason = row < 0 ? text : text[..row];
        return new FilteredRow(ColumnIn(reason), text.Length <= MaxReasonLength ? text : string.Concat(text.AsSpan(0, MaxReasonLength), "..."));
    }

    private static string? ColumnIn(string reason)
    {
        Match match = Start().Match(reason);
        if (!match.Success)
        {
            // Reasons that quote a value name the column behind it, so the last mention is the server's own.
            match = OutOfRange().Match(reason) is { Success: true } range ? range
                : Capacity().Match(reason) is { Success: true } capacity ? capacity
                : Limit().Match(reason);
        }

        return match.Success ? match.Groups["column"].Value : null;
    }

    [GeneratedRegex(@"^(Error: )?NULL value in (non-nullable|auto increment) column '(?<column>[^']+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Start();

    [GeneratedRegex(@"\(name = (?<column>[^,]+), pos = ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OutOfRange();

    [GeneratedRegex(@"column=(?<column>[^,]+), capacity=", RegexOptions.ExplicitCapture | RegexOptions.RightToLeft, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Capacity();

    [GeneratedRegex(@"of '(?<column>[^']+)' is ", RegexOptions.ExplicitCapture | RegexOptions.RightToLeft, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Limit();
}
